#include "internal.h"
#include "PixelKernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <stdlib.h>
#include <string.h>

#define AVX2 __attribute__((target("avx2")))
#define INLINE static inline __attribute__((always_inline))

// A weight w of 2^-22 is high * 2^11 + low, so that two products of 16 bits (vpmaddwd, two taps at
// once) do the work of one of 32: the sums are the same whole numbers, in any order.
enum { low_bits = 11, low_mask = (1 << low_bits) - 1, precision = 22, half = 1 << (precision - 1) };

// Weights of four taps for the three channels of a pixel: r r g g b b and a gap, for taps 0 1 | 2 3.
typedef struct {
  int16_t high[16], low[16];
} quad;

int ic_has_avx2(void) { return __builtin_cpu_supports("avx2"); }

static void split(quad *into, int64_t tap, int32_t weight) {
  for (int c = 0; c < 3; c++) {
    int64_t at = tap / 2 % 2 * 8 + 2 * c + tap % 2;
    into[tap / 4].high[at] = (int16_t)(weight >> low_bits);
    into[tap / 4].low[at] = (int16_t)(weight & low_mask);
  }
}

// The tables of every output column; NULL without memory.
static quad *split_all(pk_axis spread, int64_t first, int64_t columns, int64_t quads) {
  quad *tables = calloc((size_t)(columns * quads), sizeof *tables);
  if (!tables) return NULL;
  for (int64_t i = 0; i < columns; i++) {
    const int32_t *weights = spread.weights + (first + i) * spread.stride;
    for (int32_t t = 0; t < spread.counts[first + i]; t++) split(tables + i * quads, t, weights[3 * t]);
  }
  return tables;
}

// Sums of 22 fractional bits to bytes: shifted, clipped, packed into the low three.
AVX2 INLINE uint32_t three_bytes(__m256i high, __m256i low) {
  __m256i sums = _mm256_add_epi32(_mm256_slli_epi32(high, low_bits), low);
  __m128i sum = _mm_add_epi32(_mm256_castsi256_si128(sums), _mm256_extracti128_si256(sums, 1));
  sum = _mm_srai_epi32(_mm_add_epi32(sum, _mm_set1_epi32(half)), precision);
  sum = _mm_packus_epi16(_mm_packs_epi32(sum, sum), sum);
  return (uint32_t)_mm_cvtsi128_si32(sum);
}

// One output column of two rows, so that its weights are loaded once.
AVX2 INLINE void two_pixels(
    const uint8_t *above, const uint8_t *below, const quad *table, int64_t quads,
    uint32_t pixels[2]) {
  const __m128i pairs = _mm_setr_epi8(0, 3, 1, 4, 2, 5, -1, -1, 6, 9, 7, 10, 8, 11, -1, -1);
  __m256i zero = _mm256_setzero_si256();
  __m256i high[2] = {zero, zero}, low[2] = {zero, zero};
  for (int64_t q = 0; q < quads; q++) {
    __m256i weights_high = _mm256_loadu_si256((const __m256i *)table[q].high);
    __m256i weights_low = _mm256_loadu_si256((const __m256i *)table[q].low);
    for (int r = 0; r < 2; r++) {
      __m128i bytes = _mm_loadu_si128((const __m128i *)((r ? below : above) + 12 * q));
      __m256i taps = _mm256_cvtepu8_epi16(_mm_shuffle_epi8(bytes, pairs));
      high[r] = _mm256_add_epi32(high[r], _mm256_madd_epi16(taps, weights_high));
      low[r] = _mm256_add_epi32(low[r], _mm256_madd_epi16(taps, weights_low));
    }
  }
  for (int r = 0; r < 2; r++) pixels[r] = three_bytes(high[r], low[r]);
}

// Four bytes where a later pixel overwrites the last one, three at the end.
INLINE void put(uint8_t *out, uint32_t pixel, int is_last) {
  if (is_last) {
    memcpy(out, &pixel, 3);
  } else {
    memcpy(out, &pixel, 4);
  }
}

AVX2 int64_t ic_resample_rows_avx2(
    const uint8_t *input, int64_t input_stride, int64_t row_bytes, int64_t origin, int64_t rows,
    pk_axis spread, int64_t first, int64_t columns, uint8_t *output, int64_t output_stride) {
  int64_t most = 0, ready = 0;
  for (int64_t i = 0; i < columns; i++)
    if (spread.counts[first + i] > most) most = spread.counts[first + i];
  int64_t quads = (most + 3) / 4;
  // A pixel reads 16 bytes for its last four taps: the columns at the right end are left to others.
  for (; ready < columns; ready++)
    if ((spread.starts[first + ready] - origin) * 3 + 12 * quads + 4 > row_bytes) break;
  quad *tables = split_all(spread, first, ready, quads);
  if (!tables) return 0;
  for (int64_t y = 0; y < rows; y += 2) {
    // An odd last row is its own partner.
    int64_t next = y + 1 < rows ? y + 1 : y;
    const uint8_t *above = input + y * input_stride - 3 * origin;
    const uint8_t *below = input + next * input_stride - 3 * origin;
    for (int64_t i = 0; i < ready; i++) {
      int64_t at = 3 * (int64_t)spread.starts[first + i];
      uint32_t pixels[2];
      two_pixels(above + at, below + at, tables + i * quads, quads, pixels);
      put(output + y * output_stride + 3 * i, pixels[0], i + 1 == ready);
      put(output + next * output_stride + 3 * i, pixels[1], i + 1 == ready);
    }
  }
  free(tables);
  return ready;
}

#endif
