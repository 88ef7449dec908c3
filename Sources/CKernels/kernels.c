#include "CKernels.h"
#include <math.h>
#include <string.h>

#if defined(__x86_64__) && defined(__gnu_linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))
// Lets sums vectorise; the order of additions is fixed by the compiled clone, so results repeat on
// one machine and differ in the last bits between machines.
#define FAST_SUMS _Pragma("clang fp reassociate(on) contract(fast)")

// exp by 2^n * polynomial: at most 8e-8 relative over -87 ... 88, 0 below, vectorisable.
INLINE float exp_fast(float x) {
  x = x < -87.0f ? -87.0f : (x > 88.0f ? 88.0f : x);
  float n = __builtin_floorf(x * 1.44269504f + 0.5f);
  float r = x - n * 0.693359375f + n * 2.12194440e-4f;
  float p = 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;
  int32_t bits = ((int32_t)n + 127) << 23;
  float power;
  memcpy(&power, &bits, 4);
  return p * power;
}

CLONES void ck_axpy(float a, const float *x, float *y, int64_t n) {
  for (int64_t i = 0; i < n; i++) y[i] += a * x[i];
}

CLONES void ck_axpby(float a, const float *x, float b, float *y, int64_t n) {
  for (int64_t i = 0; i < n; i++) y[i] = a * x[i] + b * y[i];
}

CLONES void ck_add(const float *x, const float *y, float *out, int64_t n) {
  for (int64_t i = 0; i < n; i++) out[i] = x[i] + y[i];
}

void ck_transpose(const float *x, float *out, int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r += 16)
    for (int64_t c = 0; c < columns; c += 16)
      for (int64_t i = r; i < r + 16 && i < rows; i++)
        for (int64_t j = c; j < c + 16 && j < columns; j++) out[j * rows + i] = x[i * columns + j];
}

CLONES double ck_sum_squares(const float *x, int64_t n) {
  FAST_SUMS
  double total = 0;
  for (int64_t start = 0; start < n; start += 1024) {
    int64_t end = start + 1024 < n ? start + 1024 : n;
    float sum = 0;
    for (int64_t i = start; i < end; i++) sum += x[i] * x[i];
    total += sum;
  }
  return total;
}

CLONES void ck_add_bias(float *rows, const float *bias, int64_t row_count, int64_t columns) {
  for (int64_t r = 0; r < row_count; r++)
    for (int64_t c = 0; c < columns; c++) rows[r * columns + c] += bias[c];
}

CLONES void ck_sum_columns(const float *rows, float *sums, int64_t row_count, int64_t columns) {
  for (int64_t r = 0; r < row_count; r++)
    for (int64_t c = 0; c < columns; c++) sums[c] += rows[r * columns + c];
}

CLONES void ck_rms_norm(const float *x, const float *w, float *y, float *inverse, int64_t rows,
                        int64_t columns, float eps) {
  FAST_SUMS
  for (int64_t r = 0; r < rows; r++) {
    const float *in = x + r * columns;
    float *out = y + r * columns;
    float sum = 0;
    for (int64_t c = 0; c < columns; c++) sum += in[c] * in[c];
    float scale = 1.0f / __builtin_elementwise_sqrt(sum / (float)columns + eps);
    inverse[r] = scale;
    for (int64_t c = 0; c < columns; c++) out[c] = w[c] * (in[c] * scale);
  }
}

CLONES void ck_rms_norm_backward(const float *x, const float *w, const float *inverse,
                                 const float *dy, float *dx, float *dw, int64_t rows,
                                 int64_t columns) {
  FAST_SUMS
  for (int64_t r = 0; r < rows; r++) {
    const float *in = x + r * columns, *d = dy + r * columns;
    float *out = dx + r * columns;
    float s = inverse[r], dot = 0;
    for (int64_t c = 0; c < columns; c++) dot += d[c] * w[c] * in[c];
    float k = dot * s * s * s / (float)columns;
    for (int64_t c = 0; c < columns; c++) out[c] += d[c] * w[c] * s - in[c] * k;
    if (dw)
      for (int64_t c = 0; c < columns; c++) dw[c] += d[c] * in[c] * s;
  }
}

CLONES void ck_swiglu(const float *gate_up, float *out, int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; r++) {
    const float *gate = gate_up + r * 2 * width, *up = gate + width;
    float *o = out + r * width;
    for (int64_t c = 0; c < width; c++) o[c] = gate[c] / (1.0f + exp_fast(-gate[c])) * up[c];
  }
}

CLONES void ck_swiglu_backward(const float *gate_up, const float *d_out, float *d_gate_up,
                               int64_t rows, int64_t width) {
  for (int64_t r = 0; r < rows; r++) {
    const float *gate = gate_up + r * 2 * width, *up = gate + width, *d = d_out + r * width;
    float *d_gate = d_gate_up + r * 2 * width, *d_up = d_gate + width;
    for (int64_t c = 0; c < width; c++) {
      float sigma = 1.0f / (1.0f + exp_fast(-gate[c])), silu = gate[c] * sigma;
      d_up[c] = d[c] * silu;
      d_gate[c] = d[c] * up[c] * (sigma + silu * (1.0f - sigma));
    }
  }
}

void ck_gelu(const float *x, float *y, int64_t n) {
  for (int64_t i = 0; i < n; i++) y[i] = 0.5f * x[i] * (1.0f + erff(x[i] * 0.70710678f));
}

void ck_gelu_backward(const float *x, const float *dy, float *dx, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    float cdf = 0.5f * (1.0f + erff(x[i] * 0.70710678f));
    dx[i] = dy[i] * (cdf + x[i] * 0.39894228f * exp_fast(-0.5f * x[i] * x[i]));
  }
}

CLONES void ck_rotate(float *rows, int64_t row_stride, const float *cosine, const float *sine,
                      int64_t row_count, int64_t heads, int64_t head_dim, float direction) {
  int64_t half = head_dim / 2;
  for (int64_t r = 0; r < row_count; r++) {
    const float *c = cosine + r * half, *s = sine + r * half;
    for (int64_t h = 0; h < heads; h++) {
      float *a = rows + r * row_stride + h * head_dim, *b = a + half;
      for (int64_t i = 0; i < half; i++) {
        float x = a[i], y = b[i], t = direction * s[i];
        a[i] = x * c[i] - y * t;
        b[i] = y * c[i] + x * t;
      }
    }
  }
}

INLINE float row_max(const float *x, int64_t n) {
  float best[16];
  for (int i = 0; i < 16; i++) best[i] = -INFINITY;
  int64_t i = 0;
  for (; i + 16 <= n; i += 16)
    for (int j = 0; j < 16; j++) best[j] = __builtin_elementwise_max(best[j], x[i + j]);
  float top = -INFINITY;
  for (; i < n; i++) top = x[i] > top ? x[i] : top;
  for (int j = 0; j < 16; j++) top = best[j] > top ? best[j] : top;
  return top;
}

CLONES void ck_softmax_rows(float *scores, int64_t rows, int64_t columns, float scale,
                            int64_t visible0, int64_t step) {
  FAST_SUMS
  for (int64_t r = 0; r < rows; r++) {
    float *x = scores + r * columns;
    int64_t n = visible0 + r * step;
    if (n > columns) n = columns;
    float top = row_max(x, n), sum = 0;
    for (int64_t c = 0; c < n; c++) {
      float e = exp_fast(scale * (x[c] - top));
      x[c] = e;
      sum += e;
    }
    float inverse = 1.0f / sum;
    for (int64_t c = 0; c < n; c++) x[c] *= inverse;
    for (int64_t c = n; c < columns; c++) x[c] = 0;
  }
}

CLONES void ck_softmax_backward(const float *probabilities, float *d_probabilities, int64_t rows,
                                int64_t columns, float scale) {
  FAST_SUMS
  for (int64_t r = 0; r < rows; r++) {
    const float *p = probabilities + r * columns;
    float *d = d_probabilities + r * columns;
    float dot = 0;
    for (int64_t c = 0; c < columns; c++) dot += p[c] * d[c];
    for (int64_t c = 0; c < columns; c++) d[c] = scale * p[c] * (d[c] - dot);
  }
}

CLONES void ck_log_softmax_rows(float *logits, const int32_t *targets, const uint8_t *banned,
                                float inverse_temperature, float *log_probability, float *entropy,
                                int64_t rows, int64_t columns) {
  FAST_SUMS
  for (int64_t r = 0; r < rows; r++) {
    float *x = logits + r * columns;
    for (int64_t c = 0; c < columns; c++)
      x[c] = banned[c] ? -INFINITY : x[c] * inverse_temperature;
    float top = row_max(x, columns), chosen = x[targets[r]] - top, sum = 0, weighted = 0;
    for (int64_t c = 0; c < columns; c++) {
      float shifted = banned[c] ? -1e4f : x[c] - top;
      float e = banned[c] ? 0.0f : exp_fast(shifted);
      x[c] = e;
      sum += e;
      weighted += e * shifted;
    }
    float log_sum = logf(sum), inverse = 1.0f / sum;
    log_probability[r] = chosen - log_sum;
    entropy[r] = log_sum - weighted * inverse;
    for (int64_t c = 0; c < columns; c++) x[c] *= inverse;
  }
}

CLONES void ck_log_softmax_backward(float *probabilities, const int32_t *targets,
                                    const float *d_log_probability, float inverse_temperature,
                                    int64_t rows, int64_t columns) {
  for (int64_t r = 0; r < rows; r++) {
    float *p = probabilities + r * columns;
    float d = d_log_probability[r] * inverse_temperature;
    for (int64_t c = 0; c < columns; c++) p[c] *= -d;
    p[targets[r]] += d;
  }
}

CLONES void ck_attend_cached(const float *query, const float *const *keys,
                             const float *const *values, const int64_t *counts, int64_t ranges,
                             int64_t row_stride, float *out, float *scratch, int64_t heads,
                             int64_t kv_heads, int64_t head_dim, float scale) {
  FAST_SUMS
  int64_t shared = heads / kv_heads;
  for (int64_t h = 0; h < heads; h++) {
    const float *q = query + h * head_dim;
    int64_t offset = h / shared * head_dim, total = 0;
    for (int64_t i = 0; i < ranges; i++)
      for (int64_t r = 0; r < counts[i]; r++) {
        const float *k = keys[i] + r * row_stride + offset;
        float dot = 0;
        for (int64_t c = 0; c < head_dim; c++) dot += q[c] * k[c];
        scratch[total++] = dot;
      }
    float top = row_max(scratch, total), sum = 0;
    for (int64_t r = 0; r < total; r++) {
      float e = exp_fast(scale * (scratch[r] - top));
      scratch[r] = e;
      sum += e;
    }
    float *o = out + h * head_dim, inverse = 1.0f / sum;
    for (int64_t c = 0; c < head_dim; c++) o[c] = 0;
    total = 0;
    for (int64_t i = 0; i < ranges; i++)
      for (int64_t r = 0; r < counts[i]; r++) {
        const float *v = values[i] + r * row_stride + offset;
        float p = scratch[total++] * inverse;
        for (int64_t c = 0; c < head_dim; c++) o[c] += p * v[c];
      }
  }
}

CLONES void ck_adamw(float *w, const float *g, float *m, float *v, int64_t n, float gradient_scale,
                     float rate, float beta1, float beta2, float eps, float decay,
                     float correction1, float correction2) {
  float keep = 1.0f - rate * decay, step = rate / correction1, unbias = 1.0f / correction2;
  for (int64_t i = 0; i < n; i++) {
    float gradient = g[i] * gradient_scale;
    m[i] = beta1 * m[i] + (1.0f - beta1) * gradient;
    v[i] = beta2 * v[i] + (1.0f - beta2) * gradient * gradient;
    w[i] = w[i] * keep - step * m[i] / (__builtin_elementwise_sqrt(v[i] * unbias) + eps);
  }
}

CLONES void ck_from_bf16(const uint16_t *x, float *y, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits = (uint32_t)x[i] << 16;
    memcpy(y + i, &bits, 4);
  }
}

CLONES void ck_to_bf16(const float *x, uint16_t *y, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t bits;
    memcpy(&bits, x + i, 4);
    y[i] = (uint16_t)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
  }
}

CLONES void ck_from_f16(const uint16_t *x, float *y, int64_t n) {
  for (int64_t i = 0; i < n; i++) {
    uint32_t sign = (uint32_t)(x[i] & 0x8000) << 16, rest = x[i] & 0x7FFF, bits;
    float scaled;
    bits = rest << 13;  // as a float this is the value divided by 2^112
    memcpy(&scaled, &bits, 4);
    scaled *= 0x1p112f;
    memcpy(&bits, &scaled, 4);
    if (rest >= 0x7C00) bits = 0x7F800000 | (rest & 0x3FF) << 13;
    bits |= sign;
    memcpy(y + i, &bits, 4);
  }
}

void ck_patchify(const uint8_t *rgb, int64_t height, int64_t width, const float *mean,
                 const float *std, int64_t copies, float *out) {
  float table[3][256];
  for (int c = 0; c < 3; c++)
    for (int v = 0; v < 256; v++) table[c][v] = ((float)v / 255.0f - mean[c]) / std[c];
  int64_t block_rows = height / 28, block_columns = width / 28;
  for (int64_t br = 0; br < block_rows; br++)
    for (int64_t bc = 0; bc < block_columns; bc++)
      for (int64_t ir = 0; ir < 2; ir++)
        for (int64_t ic = 0; ic < 2; ic++) {
          const uint8_t *patch = rgb + ((br * 28 + ir * 14) * width + bc * 28 + ic * 14) * 3;
          for (int c = 0; c < 3; c++) {
            float *channel = out;
            for (int64_t y = 0; y < 14; y++)
              for (int64_t x = 0; x < 14; x++) *out++ = table[c][patch[(y * width + x) * 3 + c]];
            for (int64_t copy = 1; copy < copies; copy++, out += 196)
              memcpy(out, channel, 196 * sizeof(float));
          }
        }
}

// ---- Sketches of texts and pictures ----

CLONES void ck_min_hash(const uint64_t *hashes, int64_t count, const uint64_t *factors,
                        const uint64_t *terms, uint64_t *minima, int64_t permutations) {
  // Sixteen minima stay in registers over all hashes.
  for (int64_t start = 0; start < permutations; start += 16) {
    int64_t width = permutations - start < 16 ? permutations - start : 16;
    uint64_t a[16] = {0}, b[16] = {0}, least[16];
    for (int i = 0; i < 16; i++) least[i] = UINT64_MAX;
    for (int64_t i = 0; i < width; i++) a[i] = factors[start + i], b[i] = terms[start + i];
    for (int64_t h = 0; h < count; h++)
      for (int i = 0; i < 16; i++) {
        uint64_t value = a[i] * hashes[h] + b[i];
        least[i] = value < least[i] ? value : least[i];
      }
    for (int64_t i = 0; i < width; i++) minima[start + i] = least[i];
  }
}

INLINE int64_t near_pairs(const uint64_t *codes, int64_t words, const uint16_t *values,
                          const uint32_t *starts, const uint16_t *masks, int64_t mask_count,
                          int64_t limit, int64_t end, ck_near_cursor *at, uint32_t *pairs,
                          int64_t capacity) {
  int64_t found = 0;
  for (; at->item < end; at->item++, at->mask = 0) {
    const uint64_t *code = codes + at->item * words;
    for (; at->mask < mask_count; at->mask++, at->place = -1) {
      uint32_t value = values[at->item], other = value ^ masks[at->mask];
      if (other < value) continue;
      int64_t place = at->place < 0 ? (other == value ? at->item + 1 : starts[other]) : at->place;
      for (; place < starts[other + 1]; place++) {
        int64_t distance = 0;
        for (int64_t w = 0; w < words; w++)
          distance += __builtin_popcountll(code[w] ^ codes[place * words + w]);
        if (distance > limit) continue;
        if (found == capacity) {
          at->place = place;
          return found;
        }
        pairs[2 * found] = (uint32_t)at->item;
        pairs[2 * found + 1] = (uint32_t)place;
        found++;
      }
    }
  }
  return found;
}

CLONES int64_t ck_near_pairs(const uint64_t *codes, int64_t words, const uint16_t *values,
                             const uint32_t *starts, const uint16_t *masks, int64_t mask_count,
                             int64_t limit, int64_t end, ck_near_cursor *at, uint32_t *pairs,
                             int64_t capacity) {
  // The counts of words are spelled out so that the loop over them is none.
  if (words == 4)
    return near_pairs(codes, 4, values, starts, masks, mask_count, limit, end, at, pairs, capacity);
  if (words == 1)
    return near_pairs(codes, 1, values, starts, masks, mask_count, limit, end, at, pairs, capacity);
  return near_pairs(codes, words, values, starts, masks, mask_count, limit, end, at, pairs,
                    capacity);
}
