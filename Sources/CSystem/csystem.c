#define _GNU_SOURCE
#include "csystem.h"

#include <unistd.h>

int cs_syncfs(int descriptor) { return syncfs(descriptor); }
