// Products with weights packed in 4 or 8 bits on the CPU: a tile of weights is expanded into a thread's own memory
// (and its first-level cache) and used there, so that main memory is read once, packed. Decoding is bound by that
// reading. MLX's own product is single-threaded here and expands the weight again for every row of x.
//
// Letters: M rows of x, K inputs, N outputs. w [N, K] packed along K in groups that share a scale and a bias.
#include <cstring>
#include <vector>

#include "blas.h"
#include "cpu_primitive.h"
#include "kernel_threads.h"
#include "vector_math.h"

// a0 b0 a1 b1 .. of the lower and of the upper halves of two vectors of 16 bytes.
#if defined(__clang__) || __GNUC__ >= 12
#define AZR_INTERLEAVE_LOW(a, b) __builtin_shufflevector(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23)
#define AZR_INTERLEAVE_HIGH(a, b) \
  __builtin_shufflevector(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31)
#else
#define AZR_INTERLEAVE_LOW(a, b) __builtin_shuffle(a, b, Bytes{0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23})
#define AZR_INTERLEAVE_HIGH(a, b) \
  __builtin_shuffle(a, b, Bytes{8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31})
#endif

using namespace azr;

namespace {

// Up to this many rows the products are computed here; more are left to BLAS, tile by tile.
constexpr int FEW_ROWS = 64;
// Outputs of a tile of few rows, and the most of a tile that BLAS multiplies.
constexpr int TILE = 6;
constexpr int WIDE_TILE = 192;
// Outputs are shared out among the threads in multiples of this.
constexpr int STEP = 48;
// Multiplications that are worth a second thread.
constexpr size_t GRAIN = 1 << 16;

// Weights that are unpacked at a time: groups are multiples of it.
constexpr int BLOCK = 32;

typedef uint8_t Bytes __attribute__((vector_size(16)));

struct Weight {
  const uint8_t* words;
  const float *scales, *biases;
  int inputs, group, bits;

  const uint8_t* row(int n) const {
    return words + static_cast<size_t>(n) * inputs * bits / 8;
  }
};

// A block of weights as the integers 0 .. 2^bits - 1, one a byte. Takes `from` to the next block.
AZR_INLINE void unpack(const uint8_t*& from, int bits, uint8_t* to) {
  if (bits == 8) {
    std::memcpy(to, from, BLOCK);
    from += BLOCK;
    return;
  }
  Bytes pairs;
  std::memcpy(&pairs, from, sizeof pairs);
  from += sizeof pairs;
  Bytes even = pairs & 15, odd = pairs >> 4, halves[] = {AZR_INTERLEAVE_LOW(even, odd), AZR_INTERLEAVE_HIGH(even, odd)};
  std::memcpy(to, halves, BLOCK);
}

// Rows [first, last) of the weight as floats: to [last - first, K].
template <class L>
AZR_INLINE void expand_body(const Weight& w, int first, int last, float* to) {
  int groups = w.inputs / w.group, per_group = w.group / BLOCK;
  const float *scales = w.scales + static_cast<size_t>(first) * groups, *biases = w.biases + static_cast<size_t>(first) * groups;
  const uint8_t* from = w.row(first);
  uint8_t block[BLOCK];
  for (int g = 0; g < (last - first) * groups; g++) {
    for (int i = 0; i < per_group; i++, to += BLOCK) {
      unpack(from, w.bits, block);
#pragma GCC unroll 8
      for (size_t k = 0; k < BLOCK; k += L::width) {
        store<L>(to + k, __builtin_convertvector(load_bytes<L>(block + k), typename L::F) * scales[g] + biases[g]);
      }
    }
  }
}
AZR_KERNEL(expand, (const Weight& w, int first, int last, float* to), (w, first, last, to))

// R rows of x times a tile of expanded weights: out[m, n] for m < rows and n < columns. Every output is summed in the
// same order however many rows there are, so a row of x does not feel its neighbours.
template <class L, int R>
AZR_INLINE void tile_product(
    const float* x, int rows, const float* tile, int columns, int K, float* out, size_t stride) {
  using F = typename L::F;
  F sums[R][TILE] = {};
  const float* from[R];
  for (int m = 0; m < R; m++) from[m] = x + static_cast<size_t>(m < rows ? m : rows - 1) * K;
  for (int k = 0; k < K; k += L::width) {
    F weights[TILE];
#pragma GCC unroll 8
    for (int n = 0; n < TILE; n++) weights[n] = load<L>(tile + static_cast<size_t>(n) * K + k);
#pragma GCC unroll 8
    for (int m = 0; m < R; m++) {
      F value = load<L>(from[m] + k);
#pragma GCC unroll 8
      for (int n = 0; n < TILE; n++) sums[m][n] += weights[n] * value;
    }
  }
  for (int m = 0; m < R && m < rows; m++) {
    for (int n = 0; n < columns; n++) out[m * stride + n] = sum_lanes<L>(sums[m][n]);
  }
}

// One row of x times rows [first, last) of the weight, without a tile in between.
template <class L>
AZR_INLINE void one_row(const float* x, const Weight& w, int first, int last, float* out) {
  using F = typename L::F;
  int groups = w.inputs / w.group, per_group = w.group / BLOCK;
  const float *scales = w.scales + static_cast<size_t>(first) * groups, *biases = w.biases + static_cast<size_t>(first) * groups;
  const uint8_t* from = w.row(first);
  uint8_t block[BLOCK];
  for (int n = first; n < last; n++) {
    F sum = {};
    const float* value = x;
    for (int g = 0; g < groups; g++, scales++, biases++) {
      for (int i = 0; i < per_group; i++, value += BLOCK) {
        unpack(from, w.bits, block);
#pragma GCC unroll 8
        for (size_t k = 0; k < BLOCK; k += L::width) {
          F weights = __builtin_convertvector(load_bytes<L>(block + k), F) * *scales + *biases;
          sum += weights * load<L>(value + k);
        }
      }
    }
    out[n] = sum_lanes<L>(sum);
  }
}

// x [rows, K] times rows [first, last) of the weight -> columns [first, last) of out [rows, N].
template <class L>
AZR_INLINE void few_rows_body(
    const float* x, int rows, const Weight& w, int first, int last, float* scratch, float* out, size_t stride) {
  constexpr int R = L::width == 8 ? 2 : 4; // what the processor's registers hold
  int K = w.inputs;
  if (rows == 1) return one_row<L>(x, w, first, last, out);
  for (int n = first; n < last; n += TILE) {
    int columns = std::min(TILE, last - n);
    expand_body<L>(w, n, n + columns, scratch);
    int m = 0;
    for (; m + 1 < rows; m += R) {
      tile_product<L, R>(
          x + static_cast<size_t>(m) * K, std::min(R, rows - m), scratch, columns, K, out + m * stride + n, stride);
    }
    if (m < rows) tile_product<L, 1>(x + static_cast<size_t>(m) * K, 1, scratch, columns, K, out + m * stride + n, stride);
  }
}
AZR_KERNEL(
    few_rows,
    (const float* x, int rows, const Weight& w, int first, int last, float* scratch, float* out, size_t stride),
    (x, rows, w, first, last, scratch, out, stride))

Weight weight_of(const std::vector<mx::array>& in, int group, int bits) {
  return {
      reinterpret_cast<const uint8_t*>(in[1].data<uint32_t>()), in[2].data<float>(), in[3].data<float>(), in[1].shape(1) * (32 / bits), group, bits};
}

class PackedProduct : public RowMajorPrimitive {
 public:
  PackedProduct(mx::Stream stream, int group, int bits) : RowMajorPrimitive(stream), group_(group), bits_(bits) {}
  bool is_equivalent(const mx::Primitive& other) const override {
    auto& same = static_cast<const PackedProduct&>(other);
    return group_ == same.group_ && bits_ == same.bits_;
  }

 protected:
  int group_, bits_;
};

// dy [.., N], words, scales, biases -> dx [.., K] = dy w
class PackedMatmulGradient : public PackedProduct {
 public:
  using PackedProduct::PackedProduct;
  const char* name() const override {
    return "PackedMatmulGradient";
  }
  void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    auto* dy = in[0].data<float>();
    auto w = weight_of(in, group_, bits_);
    auto* dx = allocate(out[0]);
    int N = in[0].shape(-1), M = static_cast<int>(in[0].size()) / N, K = w.inputs;
    mx::cpu::get_command_encoder(stream()).dispatch([=] {
      KernelThreads::shared().run(
          M, WIDE_TILE,
          [=](size_t begin, size_t end) {
            std::vector<float> tile(static_cast<size_t>(WIDE_TILE) * K);
            for (int n = 0; n < N; n += WIDE_TILE) {
              int columns = std::min(WIDE_TILE, N - n);
              expand(w, n, n + columns, tile.data());
              product(
                  false, false, static_cast<int>(end - begin), K, columns, 1, dy + begin * N + n, N, tile.data(), K,
                  n > 0, dx + begin * K, K);
            }
          },
          1);
    });
  }
};

// x [.., K], words [N, K bits / 32], scales and biases [N, K / group] -> x w^T [.., N]
class PackedMatmul : public PackedProduct {
 public:
  using PackedProduct::PackedProduct;
  const char* name() const override {
    return "PackedMatmul";
  }
  void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    auto* x = in[0].data<float>();
    auto w = weight_of(in, group_, bits_);
    auto* y = allocate(out[0]);
    int K = w.inputs, M = static_cast<int>(in[0].size()) / K, N = in[1].shape(0);
    mx::cpu::get_command_encoder(stream()).dispatch([=] {
      size_t steps = (N + STEP - 1) / STEP, grain = 1 + GRAIN / (static_cast<size_t>(STEP) * K);
      KernelThreads::shared().run(
          steps, grain,
          [=](size_t begin, size_t end) {
            int first = static_cast<int>(begin) * STEP, last = std::min<int>(N, static_cast<int>(end) * STEP);
            bool few = M <= FEW_ROWS;
            std::vector<float> tile(static_cast<size_t>(few ? TILE : WIDE_TILE) * K);
            if (few) return few_rows(x, M, w, first, last, tile.data(), y, N);
            for (int n = first; n < last; n += WIDE_TILE) {
              int columns = std::min(WIDE_TILE, last - n);
              expand(w, n, n + columns, tile.data());
              product(false, true, M, columns, K, 1, x, K, tile.data(), K, 0, y + n, N);
            }
          },
          2);
    });
  }
  std::vector<mx::array> vjp(
      const std::vector<mx::array>& primals,
      const std::vector<mx::array>& cotangents,
      const std::vector<int>& argnums,
      const std::vector<mx::array>&) override {
    if (argnums != std::vector<int>{0}) {
      throw std::invalid_argument("[quantized_matmul] has a gradient with respect to x only: packed weights are frozen");
    }
    return {mx::array(
        primals[0].shape(),
        mx::float32,
        std::make_shared<PackedMatmulGradient>(stream(), group_, bits_),
        {cotangents[0], primals[1], primals[2], primals[3]})};
  }
};

bool multiplies(int group, int bits) {
  return native_kernels() && has_products() && (bits == 4 || bits == 8) && group % 32 == 0;
}

bool fits(const mx::array& x, const mx::array& w, const mx::array& scales, Handle biases, int group, int bits) {
  return multiplies(group, bits) && biases && x.dtype() == mx::float32 && x.ndim() >= 1 && x.size() > 0 && w.dtype() == mx::uint32 && w.ndim() == 2 &&
      scales.dtype() == mx::float32 && biases->dtype() == mx::float32 && x.shape(-1) == w.shape(1) * (32 / bits) &&
      scales.shape() == biases->shape() && scales.shape(0) == w.shape(0) && scales.shape(1) * group == x.shape(-1);
}

} // namespace

// Whether weights packed like this are multiplied here.
AZR_API bool azr_multiplies_packed(int group_size, int bits) {
  return multiplies(group_size, bits);
}

// x [.., K] with w [N, K] (transpose) or [K, N] packed -> [.., N].
AZR_API Handle azr_quantized_matmul(
    Handle x, Handle w, Handle scales, Handle biases, bool transpose, int group_size, int bits) {
  return guarded([&] {
    if (!transpose || !fits(*x, *w, *scales, biases, group_size, bits)) {
      return mx::quantized_matmul(*x, *w, *scales, optional(biases), transpose, group_size, bits);
    }
    auto shape = x->shape();
    shape.back() = w->shape(0);
    return mx::array(
        shape,
        mx::float32,
        std::make_shared<PackedMatmul>(cpu_stream(), group_size, bits),
        {*x, *w, *scales, *biases});
  });
}
