#pragma once
#include <stdint.h>

// Inner loops over 8-bit pixels. Whole-number arithmetic throughout, or doubles without contraction,
// so that every machine leaves the same bytes.

// One axis of a resampling. Output position i is the sum over t < counts[i] of
// weights[i * stride + t] * input[starts[i] + t], in units of 2^-22.
typedef struct {
  const int32_t *starts;
  const int32_t *counts;
  const int32_t *weights;
  int64_t stride;
} pk_axis;

enum { pk_lanes = 24 };

// Horizontal pass: output columns [first, first + columns) of `rows` rows, rounded and clipped to
// 8 bit. `channels` is 3 or 4; `weights` and `stride` are spread: every weight `channels` times, then
// zeros up to a multiple of pk_lanes. A row of `input` has `row_bytes` bytes.
// Column 0 of `input` is column `origin` of the picture that `spread` speaks of.
// Where the processor can, pixels go through AVX2; the plain twin leaves the same bytes.
void pk_resample_rows(
    const uint8_t *input, int64_t input_stride, int64_t row_bytes, int64_t origin, int64_t rows,
    int32_t channels, pk_axis spread, int64_t first, int64_t columns, uint8_t *output,
    int64_t output_stride);

void pk_resample_rows_plainly(
    const uint8_t *input, int64_t input_stride, int64_t row_bytes, int64_t origin, int64_t rows,
    int32_t channels, pk_axis spread, int64_t first, int64_t columns, uint8_t *output,
    int64_t output_stride);

// Vertical pass: output rows [first, first + rows), each of `width` bytes. Row 0 of `input` is row
// `origin` of the picture that `axis` speaks of.
void pk_resample_columns(
    const uint8_t *input, int64_t input_stride, int64_t origin, int64_t width, pk_axis axis,
    int64_t first, int64_t rows, uint8_t *output, int64_t output_stride);

// Straight to premultiplied alpha and back, as Pillow converts RGBA to RGBa and back.
void pk_premultiply(uint8_t *rgba, int64_t pixels);
void pk_unpremultiply(uint8_t *rgba, int64_t pixels);

// RGBA over white to RGB; the two may not overlap.
void pk_flatten_on_white(const uint8_t *rgba, uint8_t *rgb, int64_t pixels);

// Pastes RGBA (w x h, straight alpha) on RGB (width x height) with the top left corner at (x, y);
// what lies outside is left out. Rounds as Pillow's paste with a mask.
void pk_paste(
    uint8_t *rgb, int64_t width, int64_t height, const uint8_t *rgba, int64_t w, int64_t h, int64_t x,
    int64_t y);

// Copies RGB (width x height) so that EXIF orientation 2 ... 8 becomes upright; 5 ... 8 swap the sides.
void pk_orient(
    const uint8_t *rgb, int64_t width, int64_t height, int32_t orientation, uint8_t *upright);

// Replaces every byte by its entry in a table of 256.
void pk_look_up(uint8_t *bytes, int64_t count, const uint8_t *table);

// Shapes by signed distance, edges anti-aliased over one pixel. Pixel (i, j) covers
// [i, i + 1] x [j, j + 1]; its centre is sampled.
enum { pk_disc = 0, pk_rounded_square = 1, pk_diamond = 2, pk_segment = 3, pk_ring = 4 };

typedef struct {
  int32_t kind;
  double x, y;    // centre; a segment's first end
  double a, b;    // disc: a = radius. Square: a = half side, b = corner radius. Diamond: a = half
                  // diagonal. Segment: second end (a, b). Ring: a = radius of the centre line
  double width;   // thickness of a segment or ring
} pk_shape;

// Fills `shape` with colour (r, g, b) at opacity 0 ... 1 in an RGB picture.
void pk_fill(
    uint8_t *rgb, int64_t width, int64_t height, pk_shape shape, uint8_t r, uint8_t g, uint8_t b,
    double opacity);

// The 64 x 64 luminance picture that PDQ hashes: luma, two box passes per axis, decimation.
// `scratch` holds pk_pdq_scratch floats and is aligned as doubles are.
int64_t pk_pdq_scratch(int64_t width, int64_t height);
void pk_pdq_thumbnail(
    const uint8_t *rgb, int64_t width, int64_t height, float *scratch, float *thumbnail);

// The steps between neighbours of that picture, each cut to whole percent of the range, summed.
int64_t pk_pdq_steps(const float *thumbnail);
