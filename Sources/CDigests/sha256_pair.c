#include "cdigests.h"

#if defined(__x86_64__)
#include <immintrin.h>
#include <string.h>

#define WITH_SHA __attribute__((target("sha,sse4.1")))

// The round constants, FIPS 180-4, 4.2.2.
static const uint32_t constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

// The state at the start, FIPS 180-4, 5.3.3, in the order that the instructions want: f e b a, h g d c.
static const uint32_t start[8] = {
    0x9b05688c, 0x510e527f, 0xbb67ae85, 0x6a09e667, 0x5be0cd19, 0x1f83d9ab, 0xa54ff53a, 0x3c6ef372,
};

// A message on its way: its state, and sixteen words of its schedule.
typedef struct {
  __m128i feba, hgdc;
  __m128i words[4];
} Lane;

WITH_SHA static inline __m128i swapped(__m128i words) {
  return _mm_shuffle_epi8(words, _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203));
}

WITH_SHA static inline void load(Lane *lane, const uint8_t *block) {
  for (int i = 0; i < 4; i++)
    lane->words[i] = swapped(_mm_loadu_si128((const __m128i *)(block + 16 * i)));
}

// Rounds 4 i to 4 i + 3, and the words of the schedule for those 16 later.
WITH_SHA static inline __attribute__((always_inline)) void rounds(Lane *lane, int i) {
  __m128i *w = lane->words;
  __m128i k = _mm_add_epi32(w[i & 3], _mm_load_si128((const __m128i *)(constants + 4 * i)));
  lane->hgdc = _mm_sha256rnds2_epu32(lane->hgdc, lane->feba, k);
  lane->feba = _mm_sha256rnds2_epu32(lane->feba, lane->hgdc, _mm_shuffle_epi32(k, 0x0e));
  if (i >= 12) return;
  __m128i sum = _mm_add_epi32(
      _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]),
      _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
  w[i & 3] = _mm_sha256msg2_epu32(sum, w[(i + 3) & 3]);
}

WITH_SHA static void blocks(Lane *a, const uint8_t *p, Lane *b, const uint8_t *q, size_t count) {
  Lane x = *a, y = *b;
  for (; count > 0; count--, p += 64, q += 64) {
    Lane x0 = x, y0 = y;
    load(&x, p);
    load(&y, q);
#pragma clang loop unroll(full)
    for (int i = 0; i < 16; i++) {
      rounds(&x, i);
      rounds(&y, i);
    }
    x.feba = _mm_add_epi32(x.feba, x0.feba);
    x.hgdc = _mm_add_epi32(x.hgdc, x0.hgdc);
    y.feba = _mm_add_epi32(y.feba, y0.feba);
    y.hgdc = _mm_add_epi32(y.hgdc, y0.hgdc);
  }
  *a = x;
  *b = y;
}

// The message behind its first `done` bytes, a multiple of 64, and its padding: a one, zeros, and the
// length in bits.
WITH_SHA static void finish(
    Lane *lane, const uint8_t *message, size_t count, size_t done, uint8_t digest[32]) {
  Lane idle = *lane;
  size_t rest = count % 64;
  blocks(lane, message + done, &idle, message + done, (count - done) / 64);
  uint8_t end[128] = {0};
  if (rest > 0) memcpy(end, message + count - rest, rest);
  end[rest] = 0x80;
  size_t used = rest < 56 ? 64 : 128;
  uint64_t bits = __builtin_bswap64((uint64_t)count * 8);
  memcpy(end + used - 8, &bits, 8);
  blocks(lane, end, &idle, end, used / 64);
  __m128i abef = _mm_shuffle_epi32(lane->feba, 0x1b), ghcd = _mm_shuffle_epi32(lane->hgdc, 0xb1);
  _mm_storeu_si128((__m128i *)digest, swapped(_mm_blend_epi16(abef, ghcd, 0xf0)));
  _mm_storeu_si128((__m128i *)(digest + 16), swapped(_mm_alignr_epi8(ghcd, abef, 8)));
}

WITH_SHA static void pair(
    const uint8_t *p, size_t p_count, const uint8_t *q, size_t q_count, uint8_t *p_digest,
    uint8_t *q_digest) {
  Lane a = {
      .feba = _mm_loadu_si128((const __m128i *)start),
      .hgdc = _mm_loadu_si128((const __m128i *)(start + 4)),
  };
  Lane b = a;
  size_t common = (p_count < q_count ? p_count : q_count) / 64;
  blocks(&a, p, &b, q, common);
  finish(&a, p, p_count, 64 * common, p_digest);
  finish(&b, q, q_count, 64 * common, q_digest);
}

int cd_sha256_pair(
    const uint8_t *first, size_t first_count, const uint8_t *second, size_t second_count,
    uint8_t first_digest[32], uint8_t second_digest[32]) {
  if (!__builtin_cpu_supports("sha") || !__builtin_cpu_supports("sse4.1")) return 0;
  pair(first, first_count, second, second_count, first_digest, second_digest);
  return 1;
}

#else

int cd_sha256_pair(
    const uint8_t *first, size_t first_count, const uint8_t *second, size_t second_count,
    uint8_t first_digest[32], uint8_t second_digest[32]) {
  return 0;
}

#endif
