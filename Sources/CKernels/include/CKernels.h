// Per-element kernels. Every function works on contiguous row-major arrays, of float32 where nothing
// else is said, that the caller owns and that do not overlap unless said so. One binary serves every x86-64 level: the
// loader picks the clone; elsewhere the plain code is compiled.
#ifndef CKERNELS_H
#define CKERNELS_H
#include <stdint.h>

// y[i] += a * x[i]
void ck_axpy(float a, const float *x, float *y, int64_t n);
// y[i] = a * x[i] + b * y[i]; x may be y
void ck_axpby(float a, const float *x, float b, float *y, int64_t n);
// out[i] = x[i] + y[i]; out may be x or y
void ck_add(const float *x, const float *y, float *out, int64_t n);
// out[c][r] = x[r][c]
void ck_transpose(const float *x, float *out, int64_t rows, int64_t columns);
// sum of squares, accumulated in double over blocks
double ck_sum_squares(const float *x, int64_t n);
// rows[r][c] += bias[c]
void ck_add_bias(float *rows, const float *bias, int64_t row_count, int64_t columns);
// sums[c] += sum over r of rows[r][c]
void ck_sum_columns(const float *rows, float *sums, int64_t row_count, int64_t columns);

// y = w * x / sqrt(mean(x^2) + eps); inverse[r] keeps 1 / sqrt(...) for the backward pass
void ck_rms_norm(const float *x, const float *w, float *y, float *inverse, int64_t rows,
                 int64_t columns, float eps);
// dx += ..., dw += ...; dw may be null
void ck_rms_norm_backward(const float *x, const float *w, const float *inverse, const float *dy,
                          float *dx, float *dw, int64_t rows, int64_t columns);

// gate_up rows hold gate then up, `width` each; out = silu(gate) * up
void ck_swiglu(const float *gate_up, float *out, int64_t rows, int64_t width);
// d_gate_up is overwritten
void ck_swiglu_backward(const float *gate_up, const float *d_out, float *d_gate_up, int64_t rows,
                        int64_t width);
// exact GELU, x * Phi(x); dx is overwritten
void ck_gelu(const float *x, float *y, int64_t n);
void ck_gelu_backward(const float *x, const float *dy, float *dx, int64_t n);

// Rotates `heads` consecutive heads of `head_dim` floats in every row, rotate-half convention.
// cosine and sine are [rows][head_dim / 2]; row_stride counts floats between rows;
// direction +1 rotates, -1 rotates back.
void ck_rotate(float *rows, int64_t row_stride, const float *cosine, const float *sine,
               int64_t row_count, int64_t heads, int64_t head_dim, float direction);

// In place: row r keeps its first visible0 + r * step columns (at most `columns`), the rest becomes
// 0. step 1 is the causal mask, step 0 none.
void ck_softmax_rows(float *scores, int64_t rows, int64_t columns, float scale, int64_t visible0,
                     int64_t step);
// In place on d_probabilities: d = scale * p * (d - sum(d * p))
void ck_softmax_backward(const float *probabilities, float *d_probabilities, int64_t rows,
                         int64_t columns, float scale);

// Turns logits into probabilities in place and reports, per row, log p(target) and the entropy.
// banned[v] != 0 removes column v from the distribution. inverse_temperature multiplies logits.
void ck_log_softmax_rows(float *logits, const int32_t *targets, const uint8_t *banned,
                         float inverse_temperature, float *log_probability, float *entropy,
                         int64_t rows, int64_t columns);
// In place on probabilities: d_logits = d_log_probability[r] * inverse_temperature * (onehot - p)
void ck_log_softmax_backward(float *probabilities, const int32_t *targets,
                             const float *d_log_probability, float inverse_temperature,
                             int64_t rows, int64_t columns);

// Attention of one query row over a list of key/value ranges, for decoding with a cache.
// query: [heads][head_dim]; range i holds counts[i] rows of keys[i] / values[i], each row
// [kv_heads][head_dim], row_stride floats apart. scratch holds total rows floats.
void ck_attend_cached(const float *query, const float *const *keys, const float *const *values,
                      const int64_t *counts, int64_t ranges, int64_t row_stride, float *out,
                      float *scratch, int64_t heads, int64_t kv_heads, int64_t head_dim,
                      float scale);

// AdamW with decoupled decay applied first (torch.optim.AdamW). correction1 = 1 - beta1^t, etc.
void ck_adamw(float *w, const float *g, float *m, float *v, int64_t n, float gradient_scale,
              float rate, float beta1, float beta2, float eps, float decay, float correction1,
              float correction2);

// float <- bfloat16 / float16 and back (round to nearest even)
void ck_from_bf16(const uint16_t *x, float *y, int64_t n);
void ck_to_bf16(const float *x, uint16_t *y, int64_t n);
void ck_from_f16(const uint16_t *x, float *y, int64_t n);

// Patch rows of a Qwen2.5-VL picture: rgb is [height][width][3] bytes, height and width multiples of
// 28; out is [height/14 * width/14][channels * copies * 196] in merge-block order, normalised with
// mean and std per channel. copies is 2 for the published layout, 1 when the two are folded.
void ck_patchify(const uint8_t *rgb, int64_t height, int64_t width, const float *mean,
                 const float *std, int64_t copies, float *out);

// minima[p] = least of factors[p] * h + terms[p] modulo 2^64 over all hashes h; all bits set for
// none. Odd factors make each p a permutation of the 64-bit numbers.
void ck_min_hash(const uint64_t *hashes, int64_t count, const uint64_t *factors,
                 const uint64_t *terms, uint64_t *minima, int64_t permutations);

// Where a search of near pairs goes on; begins as {first item, 0, -1}.
typedef struct {
  int64_t item, mask, place;
} ck_near_cursor;

// Pairs of codes that differ in at most `limit` bits, among those whose 16-bit values differ by one
// of the masks (each mask and no other; 0 for equal values). codes: [items][words] in ascending order
// of values; starts[v] is the first item of value v, 65537 of them. Every pair is met once, from its
// item of the smaller value. Looks from items at->item ..< end and returns the number of pairs, two
// items each, that it wrote; `capacity` means there may be more: call again with the same cursor.
int64_t ck_near_pairs(const uint64_t *codes, int64_t words, const uint16_t *values,
                      const uint32_t *starts, const uint16_t *masks, int64_t mask_count,
                      int64_t limit, int64_t end, ck_near_cursor *at, uint32_t *pairs,
                      int64_t capacity);
#endif
