#ifndef CSYSTEM_H
#define CSYSTEM_H

// System calls of Linux that the Glibc module does not show.

// Writes everything of the file system of an open file to the disk; 0, or -1 with errno set.
int cs_syncfs(int descriptor);

// Lets the disk begin with what was written to an open file; does not wait for it, and promises
// nothing.
void cs_begin_writing(int descriptor);

#endif
