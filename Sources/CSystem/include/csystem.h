#ifndef CSYSTEM_H
#define CSYSTEM_H

// Calls of Linux and its C library that the Glibc module does not show.

// Writes everything of the file system of an open file to the disk; 0, or -1 with errno set.
int cs_syncfs(int descriptor);

// Lets the disk begin with what was written to an open file; does not wait for it, and promises
// nothing.
void cs_begin_writing(int descriptor);

// Gives whole pages that are free in any arena of the allocator back to the system.
void cs_trim_heap(void);

#endif
