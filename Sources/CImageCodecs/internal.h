#pragma once
#include "CImageCodecs.h"
#include "PixelKernels.h"
#include <string.h>

ic_result ic_jpeg_header(const uint8_t *bytes, int64_t count);
ic_result ic_png_header(const uint8_t *bytes, int64_t count);

static inline void ic_say(ic_result *result, const char *text) {
  strncpy(result->message, text, sizeof result->message - 1);
}

static inline ic_result ic_failed(ic_result result, int32_t status, const char *text) {
  result.status = status;
  result.message[0] = 0;
  ic_say(&result, text);
  return result;
}

// a * b / 255, rounded; exact for 0 ... 255.
static inline int ic_multiply_255(int a, int b) {
  int product = a * b + 128;
  return ((product >> 8) + product) >> 8;
}

#if defined(__x86_64__)
int ic_has_avx2(void);
// As pk_resample_rows for three channels; how many of the columns it did, from the left.
int64_t ic_resample_rows_avx2(
    const uint8_t *input, int64_t input_stride, int64_t row_bytes, int64_t origin, int64_t rows,
    pk_axis spread, int64_t first, int64_t columns, uint8_t *output, int64_t output_stride);
#endif
