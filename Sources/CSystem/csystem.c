#define _GNU_SOURCE
#include "csystem.h"

#include <fcntl.h>
#include <malloc.h>
#include <unistd.h>

int cs_syncfs(int descriptor) { return syncfs(descriptor); }

void cs_begin_writing(int descriptor) {
  sync_file_range(descriptor, 0, 0, SYNC_FILE_RANGE_WRITE);
}

void cs_trim_heap(void) { malloc_trim(1 << 20); }
