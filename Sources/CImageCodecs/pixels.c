#include "PixelKernels.h"
#include "internal.h"
#include <math.h>
#include <string.h>

#if defined(__x86_64__) && defined(__gnu_linux__)
#define CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define CLONES
#endif
#define INLINE static inline __attribute__((always_inline))

// Pillow's Resample.c: weights have 22 fractional bits, sums start at one half.
enum { precision_bits = 32 - 8 - 2 };
enum { half = 1 << (precision_bits - 1) };

INLINE uint8_t clip(int32_t sum) {
  int32_t value = sum >> precision_bits;
  return (uint8_t)(value < 0 ? 0 : (value > 255 ? 255 : value));
}

// 24 lanes are a whole number of pixels of three and of four channels, and three AVX2 registers.
enum { lanes = pk_lanes };

CLONES void pk_resample_rows_plainly(
    const uint8_t *input, int64_t input_stride, int64_t row_bytes, int64_t origin, int64_t rows,
    int32_t channels, pk_axis spread, int64_t first, int64_t columns, uint8_t *output,
    int64_t output_stride) {
  for (int64_t y = 0; y < rows; y++) {
    const uint8_t *row = input + y * input_stride;
    uint8_t *out = output + y * output_stride;
    for (int64_t i = first; i < first + columns; i++) {
      int64_t start = (spread.starts[i] - origin) * channels;
      const uint8_t *from = row + start;
      const int32_t *weights = spread.weights + i * spread.stride;
      int64_t count = (int64_t)spread.counts[i] * channels;
      int32_t sums[lanes] = {0};
      int64_t t = 0;
      // The last group may reach beyond the taps, where weights are 0, but not beyond the row.
      for (; t < count && start + t + lanes <= row_bytes; t += lanes)
        for (int j = 0; j < lanes; j++) sums[j] += weights[t + j] * (int32_t)from[t + j];
      int32_t total[4] = {half, half, half, half};
      for (; t < count; t += channels)
        for (int c = 0; c < channels; c++) total[c] += weights[t + c] * (int32_t)from[t + c];
      if (channels == 3)
        for (int j = 0; j < lanes; j += 3)
          for (int c = 0; c < 3; c++) total[c] += sums[j + c];
      else
        for (int j = 0; j < lanes; j += 4)
          for (int c = 0; c < 4; c++) total[c] += sums[j + c];
      for (int c = 0; c < channels; c++) *out++ = clip(total[c]);
    }
  }
}

CLONES void pk_resample_columns(
    const uint8_t *input, int64_t input_stride, int64_t origin, int64_t width, pk_axis axis,
    int64_t first, int64_t rows, uint8_t *output, int64_t output_stride) {
  enum { chunk = 256 };
  for (int64_t i = first; i < first + rows; i++) {
    const int32_t *weights = axis.weights + i * axis.stride;
    const uint8_t *top = input + (axis.starts[i] - origin) * input_stride;
    uint8_t *out = output + (i - first) * output_stride;
    for (int64_t x = 0; x < width; x += chunk) {
      int64_t n = width - x < chunk ? width - x : chunk;
      int32_t sums[chunk];
      for (int64_t j = 0; j < n; j++) sums[j] = half;
      for (int32_t t = 0; t < axis.counts[i]; t++) {
        const uint8_t *from = top + t * input_stride + x;
        int32_t weight = weights[t];
        for (int64_t j = 0; j < n; j++) sums[j] += weight * (int32_t)from[j];
      }
      for (int64_t j = 0; j < n; j++) out[x + j] = clip(sums[j]);
    }
  }
}

void pk_resample_rows(
    const uint8_t *input, int64_t input_stride, int64_t row_bytes, int64_t origin, int64_t rows,
    int32_t channels, pk_axis spread, int64_t first, int64_t columns, uint8_t *output,
    int64_t output_stride) {
  int64_t done = 0;
#if defined(__x86_64__)
  if (channels == 3 && ic_has_avx2())
    done = ic_resample_rows_avx2(
        input, input_stride, row_bytes, origin, rows, spread, first, columns, output, output_stride);
#endif
  pk_resample_rows_plainly(
      input, input_stride, row_bytes, origin, rows, channels, spread, first + done, columns - done,
      output + done * channels, output_stride);
}

void pk_premultiply(uint8_t *rgba, int64_t pixels) {
  for (int64_t i = 0; i < 4 * pixels; i += 4)
    for (int c = 0; c < 3; c++) rgba[i + c] = (uint8_t)ic_multiply_255(rgba[i + c], rgba[i + 3]);
}

void pk_unpremultiply(uint8_t *rgba, int64_t pixels) {
  for (int64_t i = 0; i < 4 * pixels; i += 4) {
    int alpha = rgba[i + 3];
    if (alpha == 0 || alpha == 255) continue;
    for (int c = 0; c < 3; c++) {
      int value = 255 * rgba[i + c] / alpha;
      rgba[i + c] = (uint8_t)(value > 255 ? 255 : value);
    }
  }
}

// from + (to - from) * alpha / 255, rounded once.
INLINE uint8_t blend(int from, int to, int alpha) {
  int sum = from * (255 - alpha) + to * alpha + 128;
  return (uint8_t)(((sum >> 8) + sum) >> 8);
}

void pk_flatten_on_white(const uint8_t *rgba, uint8_t *rgb, int64_t pixels) {
  for (int64_t i = 0; i < pixels; i++)
    for (int c = 0; c < 3; c++) rgb[3 * i + c] = blend(255, rgba[4 * i + c], rgba[4 * i + 3]);
}

void pk_paste(
    uint8_t *rgb, int64_t width, int64_t height, const uint8_t *rgba, int64_t w, int64_t h, int64_t x,
    int64_t y) {
  for (int64_t j = 0; j < h; j++) {
    if (y + j < 0 || y + j >= height) continue;
    for (int64_t i = 0; i < w; i++) {
      if (x + i < 0 || x + i >= width) continue;
      const uint8_t *from = rgba + (j * w + i) * 4;
      uint8_t *to = rgb + ((y + j) * width + x + i) * 3;
      for (int c = 0; c < 3; c++) to[c] = blend(to[c], from[c], from[3]);
    }
  }
}

void pk_orient(
    const uint8_t *rgb, int64_t width, int64_t height, int32_t orientation, uint8_t *upright) {
  int transposed = orientation >= 5;
  // Where stored x and y run, after the transposition that orientations 5 ... 8 need.
  int mirrored_x = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
  int mirrored_y = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
  int64_t columns = transposed ? height : width, rows = transposed ? width : height;
  for (int64_t y = 0; y < rows; y++)
    for (int64_t x = 0; x < columns; x++) {
      int64_t from_x = transposed ? y : x, from_y = transposed ? x : y;
      if (mirrored_x) from_x = width - 1 - from_x;
      if (mirrored_y) from_y = height - 1 - from_y;
      memcpy(upright + (y * columns + x) * 3, rgb + (from_y * width + from_x) * 3, 3);
    }
}

void pk_look_up(uint8_t *bytes, int64_t count, const uint8_t *table) {
  for (int64_t i = 0; i < count; i++) bytes[i] = table[bytes[i]];
}

INLINE double larger(double a, double b) { return a > b ? a : b; }
INLINE double smaller(double a, double b) { return a < b ? a : b; }

INLINE double to_square(double dx, double dy, double half_side) {
#pragma clang fp contract(off)
  double qx = fabs(dx) - half_side, qy = fabs(dy) - half_side;
  double ox = larger(qx, 0), oy = larger(qy, 0);
  return sqrt(ox * ox + oy * oy) + smaller(larger(qx, qy), 0);
}

// Pixels from the edge of the shape to (x, y), negative inside.
INLINE double distance(pk_shape s, double x, double y) {
#pragma clang fp contract(off)
  double dx = x - s.x, dy = y - s.y;
  switch (s.kind) {
    case pk_disc: return sqrt(dx * dx + dy * dy) - s.a;
    case pk_ring: return fabs(sqrt(dx * dx + dy * dy) - s.a) - s.width / 2;
    case pk_diamond: {
      // A square, its axes turned by 45 degrees.
      const double root = 0.7071067811865476;
      return to_square((dx + dy) * root, (dx - dy) * root, s.a * root);
    }
    case pk_rounded_square: return to_square(dx, dy, s.a - s.b) - s.b;
    default: {
      double ex = s.a - s.x, ey = s.b - s.y;
      double squared = ex * ex + ey * ey;
      double t = squared > 0 ? (dx * ex + dy * ey) / squared : 0;
      t = smaller(larger(t, 0), 1);
      double px = dx - t * ex, py = dy - t * ey;
      return sqrt(px * px + py * py) - s.width / 2;
    }
  }
}

// Half the width and height of what the shape may touch, beyond its centre or ends.
INLINE double reach(pk_shape s) {
  if (s.kind == pk_segment) return s.width / 2 + 1;
  return s.a + (s.kind == pk_ring ? s.width / 2 : 0) + 1;
}

INLINE int64_t within(double value, int64_t limit) {
  return value < 0 ? 0 : (value > (double)limit ? limit : (int64_t)value);
}

void pk_fill(
    uint8_t *rgb, int64_t width, int64_t height, pk_shape shape, uint8_t r, uint8_t g, uint8_t b,
    double opacity) {
#pragma clang fp contract(off)
  double margin = reach(shape);
  double x2 = shape.kind == pk_segment ? shape.a : shape.x;
  double y2 = shape.kind == pk_segment ? shape.b : shape.y;
  int64_t left = within(floor(smaller(shape.x, x2) - margin), width);
  int64_t right = within(ceil(larger(shape.x, x2) + margin), width);
  int64_t top = within(floor(smaller(shape.y, y2) - margin), height);
  int64_t bottom = within(ceil(larger(shape.y, y2) + margin), height);
  for (int64_t j = top; j < bottom; j++)
    for (int64_t i = left; i < right; i++) {
      double coverage = 0.5 - distance(shape, (double)i + 0.5, (double)j + 0.5);
      coverage = smaller(larger(coverage, 0), 1) * opacity;
      int alpha = (int)(coverage * 255 + 0.5);
      if (alpha == 0) continue;
      uint8_t *to = rgb + (j * width + i) * 3;
      to[0] = blend(to[0], r, alpha);
      to[1] = blend(to[1], g, alpha);
      to[2] = blend(to[2], b, alpha);
    }
}

// Rows that are averaged side by side: as many chains of additions as a core can carry on at once.
enum { block_rows = 8 };

// PDQ's running mean over `window` values: mean i is that of the values from i - behind + 1 to
// i + ahead - 1, as far as they exist.
typedef struct {
  int64_t window, ahead, behind;
} running;

INLINE running running_over(int64_t side) {
  int64_t window = (side + 127) / 128, ahead = (window + 2) / 2;
  return (running){window, ahead, window - ahead + 1};
}

INLINE void mean_lines(
    const float *input, float *output, int64_t n, running mean, int64_t lines) {
#pragma clang fp contract(off)
  double sums[block_rows] = {0};
  int64_t inside = 0;
  for (int64_t i = 0; i < mean.ahead - 1 && i < n; i++, inside++)
    for (int64_t l = 0; l < lines; l++) sums[l] += input[l * n + i];
  for (int64_t i = 0; i < n; i++) {
    int64_t enters = i + mean.ahead - 1, leaves = i - mean.behind;
    if (enters < n) {
      inside++;
      for (int64_t l = 0; l < lines; l++) sums[l] += input[l * n + enters];
    }
    if (leaves >= 0) {
      inside--;
      for (int64_t l = 0; l < lines; l++) sums[l] -= input[l * n + leaves];
    }
    double share = 1.0 / (double)inside;
    for (int64_t l = 0; l < lines; l++) output[l * n + i] = (float)(sums[l] * share);
  }
}

// The means along `lines` rows of n values.
CLONES static void mean_across(
    const float *input, float *output, int64_t n, running mean, int64_t lines) {
  if (lines == block_rows) {
    mean_lines(input, output, n, mean, block_rows);
  } else {
    for (int64_t l = 0; l < lines; l++) mean_lines(input + l * n, output + l * n, n, mean, 1);
  }
}

// The means down the columns of rows that come one after the other; the window's rows are kept.
typedef struct {
  running mean;
  int64_t rows, width;
  int64_t entered, given;
  double *sums;
  float *kept;
} falling;

static float *kept_row(const falling *f, int64_t row) {
  return f->kept + row % (f->mean.window + 1) * f->width;
}

CLONES static void add_row(double *sums, const float *row, int64_t n) {
  for (int64_t x = 0; x < n; x++) sums[x] += row[x];
}

CLONES static void means_of(double *sums, const float *leaving, double share, float *means, int64_t n) {
#pragma clang fp contract(off)
  if (leaving)
    for (int64_t x = 0; x < n; x++) sums[x] -= leaving[x];
  for (int64_t x = 0; x < n; x++) means[x] = (float)(sums[x] * share);
}

// Takes the next row, or NULL after the last one; whether `means` was given a row.
static int next_means(falling *f, const float *row, float *means) {
  if (row) {
    memcpy(kept_row(f, f->entered), row, (size_t)f->width * sizeof *row);
    add_row(f->sums, row, f->width);
    f->entered++;
    if (f->entered < f->given + f->mean.ahead) return 0;
  }
  int64_t leaves = f->given - f->mean.behind;
  int64_t inside = f->entered - (leaves < 0 ? 0 : leaves + 1);
  const float *leaving = leaves < 0 ? NULL : kept_row(f, leaves);
  means_of(f->sums, leaving, 1.0 / (double)inside, means, f->width);
  f->given++;
  return 1;
}

CLONES static void luma_of(const uint8_t *rgb, float *row, int64_t pixels) {
#pragma clang fp contract(off)
  for (int64_t i = 0; i < pixels; i++)
    row[i] = 0.299f * rgb[3 * i] + 0.587f * rgb[3 * i + 1] + 0.114f * rgb[3 * i + 2];
}

// Two passes, each across and then down, on blocks of rows: what memory holds does not grow with
// the height beyond the windows.
typedef struct {
  falling first, second;
  running across;
  float *block;   // luma; later the second pass across
  float *means;   // the first pass across
  float *passed;  // rows of the first pass, `filled` of them
  float *row;     // one row of the second pass
  float *thumbnail;
  int64_t filled, sampled;
} hashing;

int64_t pk_pdq_scratch(int64_t width, int64_t height) {
  return width * (4 + 2 * (running_over(height).window + 1) + 3 * block_rows + 1);
}

static void sample(hashing *h) {
  int64_t width = h->second.width, height = h->second.rows, at = h->second.given - 1;
  for (; h->sampled < 64 && (2 * h->sampled + 1) * height / 128 == at; h->sampled++)
    for (int64_t x = 0; x < 64; x++)
      h->thumbnail[h->sampled * 64 + x] = h->row[(2 * x + 1) * width / 128];
}

static void second_pass(hashing *h) {
  int64_t width = h->second.width;
  mean_across(h->passed, h->block, width, h->across, h->filled);
  for (int64_t l = 0; l < h->filled; l++)
    if (next_means(&h->second, h->block + l * width, h->row)) sample(h);
  h->filled = 0;
}

static void first_pass(hashing *h, const float *row) {
  if (!next_means(&h->first, row, h->passed + h->filled * h->first.width)) return;
  if (++h->filled == block_rows) second_pass(h);
}

void pk_pdq_thumbnail(
    const uint8_t *rgb, int64_t width, int64_t height, float *scratch, float *thumbnail) {
  falling unused = {.mean = running_over(height), .rows = height, .width = width};
  int64_t kept = (unused.mean.window + 1) * width;
  hashing h = {
      .first = unused, .second = unused, .across = running_over(width), .thumbnail = thumbnail};
  h.first.sums = (double *)scratch;
  h.second.sums = h.first.sums + width;
  for (int64_t x = 0; x < 2 * width; x++) h.first.sums[x] = 0;
  h.first.kept = scratch + 4 * width;
  h.second.kept = h.first.kept + kept;
  h.block = h.second.kept + kept;
  h.means = h.block + block_rows * width;
  h.passed = h.means + block_rows * width;
  h.row = h.passed + block_rows * width;
  for (int64_t y = 0; y < height; y += block_rows) {
    int64_t lines = height - y < block_rows ? height - y : block_rows;
    luma_of(rgb + y * width * 3, h.block, lines * width);
    mean_across(h.block, h.means, width, h.across, lines);
    for (int64_t l = 0; l < lines; l++) first_pass(&h, h.means + l * width);
  }
  while (h.first.given < height) first_pass(&h, NULL);
  if (h.filled > 0) second_pass(&h);
  while (h.second.given < height)
    if (next_means(&h.second, NULL, h.row)) sample(&h);
}

INLINE int32_t percent_between(float here, float there) {
  int32_t step = (int32_t)((here - there) * 100 / 255);
  return step < 0 ? -step : step;
}

CLONES int64_t pk_pdq_steps(const float *thumbnail) {
  int32_t sum = 0;
  for (int64_t y = 0; y < 64; y++) {
    const float *row = thumbnail + y * 64;
    for (int64_t x = 0; x < 63; x++) sum += percent_between(row[x], row[x + 1]);
    if (y == 63) break;
    for (int64_t x = 0; x < 64; x++) sum += percent_between(row[x], row[x + 64]);
  }
  return sum;
}
