// Attention of one new token a row over a key-value cache, with everything around it in one pass: positions are
// applied to the query and the key, key and value written into the cache *in place*, and each row attends to its
// own columns. Composed of MLX's operations the cache is copied at every step.
//
// Letters: B rows, Hq query heads, Hkv key heads (Hkv divides Hq), C columns of the cache, D channels of a head.
#include <vector>

#include "cpu_primitive.h"
#include "kernel_threads.h"
#include "softmax_rows.h"

using namespace azr;

namespace {

struct Sizes {
  int group, channels, length; // query heads of a key head, D, columns that the row sees
};

// Rotates the halves of each of `heads` vectors: (a, b) -> (a cos - b sin, a sin + b cos). rotation: D/2 cosines,
// then D/2 sines.
template <class L>
AZR_INLINE void rotate(const float* from, const float* rotation, int heads, int D, float* to) {
  int half = D / 2;
  for (int h = 0; h < heads; h++, from += D, to += D) {
    for (int i = 0; i < half; i++) {
      float a = from[i], b = from[i + half], c = rotation[i], s = rotation[i + half];
      to[i] = a * c - b * s;
      to[i + half] = a * s + b * c;
    }
  }
}

// One row and one key head. q [group, D] and k [D] without positions; keys and values [length, D], of which the
// last is written here; out [group, D]; scratch [group * (length + D)].
template <class L>
AZR_INLINE void head_body(
    const float* q, const float* k, const float* v, const float* rotation, float scale, Sizes z, float* keys,
    float* values, float* scratch, float* out) {
  using F = typename L::F;
  int D = z.channels, length = z.length;
  float* queries = scratch;
  float* scores = scratch + static_cast<size_t>(z.group) * D;
  rotate<L>(q, rotation, z.group, D, queries);
  rotate<L>(k, rotation, 1, D, keys + static_cast<size_t>(length - 1) * D);
  std::memcpy(values + static_cast<size_t>(length - 1) * D, v, sizeof(float) * D);
  for (int j = 0; j < length; j++) {
    const float* key = keys + static_cast<size_t>(j) * D;
    for (int g = 0; g < z.group; g++) {
      F sum = {};
      for (int d = 0; d < D; d += L::width) sum += load<L>(queries + g * D + d) * load<L>(key + d);
      scores[static_cast<size_t>(g) * length + j] = sum_lanes<L>(sum) * scale;
    }
  }
  for (int g = 0; g < z.group; g++) {
    float* weights = scores + static_cast<size_t>(g) * length;
    float lse;
    softmax_body<L>(weights, length, &lse);
    int d = 0;
    for (; d + 4 * static_cast<int>(L::width) <= D; d += 4 * L::width) {
      F sum[4] = {};
      for (int j = 0; j < length; j++) {
        const float* value = values + static_cast<size_t>(j) * D + d;
        for (int i = 0; i < 4; i++) sum[i] += weights[j] * load<L>(value + i * L::width);
      }
      for (int i = 0; i < 4; i++) store<L>(out + g * D + d + i * L::width, sum[i]);
    }
    for (; d < D; d += L::width) {
      F sum = {};
      for (int j = 0; j < length; j++) sum += weights[j] * load<L>(values + static_cast<size_t>(j) * D + d);
      store<L>(out + g * D + d, sum);
    }
  }
}
AZR_KERNEL(
    head,
    (const float* q, const float* k, const float* v, const float* rotation, float scale, Sizes z, float* keys,
     float* values, float* scratch, float* out),
    (q, k, v, rotation, scale, z, keys, values, scratch, out))

class DecodeAttention : public RowMajorPrimitive {
 public:
  DecodeAttention(mx::Stream stream, int column, float scale) : RowMajorPrimitive(stream), column_(column), scale_(scale) {}
  const char* name() const override {
    return "DecodeAttention";
  }
  bool is_equivalent(const mx::Primitive&) const override {
    return false; // it writes
  }

  // q, k, v, keys, values, rotation, starts -> output [B, Hq D], keys, values
  void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    auto &keys = in[3], &values = in[4];
    auto *q = in[0].data<float>(), *k = in[1].data<float>(), *v = in[2].data<float>();
    auto* rotation = in[5].data<float>();
    auto* starts = in[6].data<int32_t>();
    auto* output = allocate(out[0]);
    out[1].copy_shared_buffer(keys);
    out[2].copy_shared_buffer(values);
    auto *key_data = out[1].data<float>(), *value_data = out[2].data<float>();
    int B = keys.shape(0), Hkv = keys.shape(1), C = keys.shape(2), D = keys.shape(3);
    int group = in[0].shape(-1) / (Hkv * D), column = column_;
    float scale = scale_;
    mx::cpu::get_command_encoder(stream()).dispatch([=] {
      // Short rows are done before a helper thread wakes up.
      size_t grain = 1 + 65536 / (static_cast<size_t>(group) * D * (column + 1));
      KernelThreads::shared().run(static_cast<size_t>(B) * Hkv, grain, [=](size_t begin, size_t end) {
        std::vector<float> scratch(static_cast<size_t>(group) * (column + 1 + D));
        for (size_t i = begin; i < end; i++) {
          int row = i / Hkv, start = starts[row];
          size_t first = (i * C + start) * D;
          head(
              q + i * group * D, k + i * D, v + i * D, rotation + static_cast<size_t>(row) * D, scale,
              {group, D, column + 1 - start}, key_data + first, value_data + first, scratch.data(),
              output + i * group * D);
        }
      });
    });
  }

 private:
  int column_;
  float scale_;
};

} // namespace

// q [B, .., Hq D], k and v [B, .., Hkv D] of one token a row; keys and values [B, Hkv, C, D]; rotation [B, D];
// starts [B] int32: the first column of each row, at most `column`, which is written. Leaves the output
// [B, Hq D] and the cache's new arrays; the old ones share their memory and must not be used again.
AZR_API int azr_decode_attention(
    Handle q, Handle k, Handle v, Handle keys, Handle values, Handle rotation, Handle starts, int column, double scale) {
  return guard([&] {
    if (!native_kernels()) throw std::runtime_error("[decode_attention] runs on the CPU only");
    for (auto* a : {q, k, v, keys, values, rotation}) {
      if (a->dtype() != mx::float32) throw std::invalid_argument("[decode_attention] takes float32");
    }
    int B = keys->shape(0), D = keys->shape(3);
    if (D % 16 != 0 || column < 0 || column >= keys->shape(2) || static_cast<int>(starts->size()) != B) {
      throw std::invalid_argument("[decode_attention] the cache does not fit the new token");
    }
    auto inputs = {
        *q, *k, *v, *keys, *values, *rotation, *starts};
    return leave(mx::array::make_arrays(
        {{B, static_cast<int>(q->size()) / B}, keys->shape(), values->shape()},
        {mx::float32, mx::float32, mx::float32},
        std::make_shared<DecodeAttention>(cpu_stream(), column, static_cast<float>(scale)),
        inputs));
  });
}
