// Scaled dot-product attention and its gradient on the CPU, in blocks of queries: scores live in a block's own
// memory only, causal blocks skip the keys they cannot see, and heads are spread over the threads. MLX composes
// it of whole score matrices, with a softmax of 18 ns an element.
//
// Letters: B batch, Hq query heads, Hkv key heads (Hkv divides Hq), T queries, S keys, D channels.
#include <cmath>
#include <memory>

#include "blas.h"
#include "cpu_primitive.h"
#include "kernel_threads.h"
#include "softmax_rows.h"

using namespace azr;

namespace {

constexpr int BLOCK = 64;

AZR_KERNEL(softmax, (float* x, size_t count, float* lse), (x, count, lse))

// x = exp(x - lse): the probabilities again from the scores.
template <class L>
AZR_INLINE void probabilities_body(float* x, size_t count, float lse) {
  size_t i = 0;
  for (; i + L::width <= count; i += L::width) store<L>(x + i, azr::exp<L>(load<L>(x + i) - lse));
  if (i < count) store_some<L>(x + i, azr::exp<L>(load_some<L>(x + i, count - i, NEVER) - lse), count - i);
}
AZR_KERNEL(probabilities, (float* x, size_t count, float lse), (x, count, lse))

// d = p * (d - delta): the gradient of the scores from that of the probabilities.
template <class L>
AZR_INLINE void score_gradient_body(const float* p, float* d, size_t count, float delta) {
  size_t i = 0;
  for (; i + L::width <= count; i += L::width) store<L>(d + i, load<L>(p + i) * (load<L>(d + i) - delta));
  for (; i < count; i++) d[i] = p[i] * (d[i] - delta);
}
AZR_KERNEL(score_gradient, (const float* p, float* d, size_t count, float delta), (p, d, count, delta))

// A [B, H, N, D] operand whose rows have unit stride, copied when they do not.
struct Operand {
  const float* data;
  int64_t batch, head, row;
  std::shared_ptr<std::vector<float>> copy;

  const float* at(int b, int h, int n) const {
    return data + b * batch + h * head + n * row;
  }
};

// Called on the stream's thread, when the data is there.
Operand operand(const mx::array& a) {
  auto& s = a.strides();
  auto* data = a.data<float>();
  if (s[3] == 1 || a.shape(3) == 1) return {data, s[0], s[1], s[2], nullptr};
  int B = a.shape(0), H = a.shape(1), N = a.shape(2), D = a.shape(3);
  auto copy = std::make_shared<std::vector<float>>(a.size());
  float* to = copy->data();
  for (int b = 0; b < B; b++)
    for (int h = 0; h < H; h++)
      for (int n = 0; n < N; n++)
        for (int d = 0; d < D; d++) *to++ = data[b * s[0] + h * s[1] + n * s[2] + d * s[3]];
  return {copy->data(), int64_t(H) * N * D, int64_t(N) * D, D, copy};
}

// A mask broadcast to [B, Hq, T, S]: added to the scores, or, when bool, saying what is seen.
struct Mask {
  const float* added = nullptr;
  const bool* seen = nullptr;
  int64_t batch = 0, head = 0, row = 0, column = 0;

  void apply(float* scores, int count, int b, int h, int n) const {
    int64_t from = b * batch + h * head + n * row;
    if (added) {
      for (int j = 0; j < count; j++) scores[j] += added[from + j * column];
    } else if (seen) {
      for (int j = 0; j < count; j++) scores[j] = seen[from + j * column] ? scores[j] : NEVER;
    }
  }
};

Mask mask_of(const mx::array& a) {
  auto& s = a.strides();
  Mask mask{nullptr, nullptr, s[0], s[1], s[2], s[3]};
  if (a.dtype() == mx::bool_) {
    mask.seen = a.data<bool>();
  } else {
    mask.added = a.data<float>();
  }
  return mask;
}

struct Sizes {
  int B, Hq, Hkv, T, S, D;
  Sizes(const mx::array& q, const mx::array& k)
      : B(q.shape(0)), Hq(q.shape(1)), Hkv(k.shape(1)), T(q.shape(2)), S(k.shape(2)), D(q.shape(3)) {}
};

// How many of the first keys query n sees.
int visible(const Sizes& z, bool causal, int n) {
  return causal ? std::clamp(n + z.S - z.T + 1, 0, z.S) : z.S;
}

// Scores of queries [first, last) of one head, masked: rows of `width` keys, minus infinity for unseen ones.
void scores(
    const Sizes& z, const Operand& q, const Operand& k, const Mask& mask, float scale, bool causal, int b, int h,
    int first, int last, int width, float* out) {
  int group = z.Hq / z.Hkv;
  product(
      false, true, last - first, width, z.D, scale, q.at(b, h, first), q.row, k.at(b, h / group, 0), k.row, 0, out,
      width);
  for (int n = first; n < last; n++) {
    float* row = out + static_cast<size_t>(n - first) * width;
    int seen = visible(z, causal, n);
    mask.apply(row, seen, b, h, n);
    for (int j = seen; j < width; j++) row[j] = NEVER;
  }
}

class AttentionGradient : public CpuPrimitive {
 public:
  AttentionGradient(mx::Stream stream, float scale, bool causal)
      : CpuPrimitive(stream), scale_(scale), causal_(causal) {}
  const char* name() const override {
    return "AttentionGradient";
  }
  bool is_equivalent(const mx::Primitive& other) const override {
    auto& same = static_cast<const AttentionGradient&>(other);
    return scale_ == same.scale_ && causal_ == same.causal_;
  }

  // q, k, v, output, lse, cotangent, [mask] -> dq, dk, dv
  void eval_cpu(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    std::vector<mx::array> kept(in);
    float *dq = allocate(out[0]), *dk = allocate(out[1]), *dv = allocate(out[2]);
    mx::cpu::get_command_encoder(stream()).dispatch([kept, dq, dk, dv, scale = scale_, causal = causal_] {
      Sizes z(kept[0], kept[1]);
      auto q = operand(kept[0]), k = operand(kept[1]), v = operand(kept[2]);
      auto o = operand(kept[3]), c = operand(kept[5]);
      auto* lse = kept[4].data<float>();
      Mask mask = kept.size() > 6 ? mask_of(kept[6]) : Mask{};
      size_t key_size = static_cast<size_t>(z.S) * z.D;
      KernelThreads::shared().run(static_cast<size_t>(z.B) * z.Hkv, 1, [&](size_t begin, size_t end) {
        std::vector<float> p(static_cast<size_t>(BLOCK) * z.S), d(p.size());
        for (size_t i = begin; i < end; i++) {
          int b = i / z.Hkv, group = z.Hq / z.Hkv, key_head = i % z.Hkv;
          float *dki = dk + i * key_size, *dvi = dv + i * key_size;
          std::fill_n(dki, key_size, 0.0f);
          std::fill_n(dvi, key_size, 0.0f);
          for (int h = key_head * group; h < (key_head + 1) * group; h++) {
            for (int first = 0; first < z.T; first += BLOCK) {
              int last = std::min(first + BLOCK, z.T), rows = last - first, width = visible(z, causal, last - 1);
              float* dqi = dq + ((static_cast<size_t>(b) * z.Hq + h) * z.T + first) * z.D;
              if (width == 0) {
                std::fill_n(dqi, static_cast<size_t>(rows) * z.D, 0.0f);
                continue;
              }
              scores(z, q, k, mask, scale, causal, b, h, first, last, width, p.data());
              product(false, true, rows, width, z.D, 1, c.at(b, h, first), c.row, v.at(b, key_head, 0), v.row, 0, d.data(), width);
              for (int n = first; n < last; n++) {
                size_t at = static_cast<size_t>(n - first) * width;
                probabilities(p.data() + at, width, lse[(static_cast<size_t>(b) * z.Hq + h) * z.T + n]);
                const float *ci = c.at(b, h, n), *oi = o.at(b, h, n);
                float delta = 0;
                for (int j = 0; j < z.D; j++) delta += ci[j] * oi[j];
                // dv needs p itself, so the gradient of the scores goes to d.
                score_gradient(p.data() + at, d.data() + at, width, delta);
              }
              product(true, false, width, z.D, rows, 1, p.data(), width, c.at(b, h, first), c.row, 1, dvi, z.D);
              product(false, false, rows, z.D, width, scale, d.data(), width, k.at(b, key_head, 0), k.row, 0, dqi, z.D);
              product(true, false, width, z.D, rows, scale, d.data(), width, q.at(b, h, first), q.row, 1, dki, z.D);
            }
          }
        }
      });
    });
  }

 private:
  float scale_;
  bool causal_;
};

class Attention : public CpuPrimitive {
 public:
  Attention(mx::Stream stream, float scale, bool causal) : CpuPrimitive(stream), scale_(scale), causal_(causal) {}
  const char* name() const override {
    return "Attention";
  }
  bool is_equivalent(const mx::Primitive& other) const override {
    auto& same = static_cast<const Attention&>(other);
    return scale_ == same.scale_ && causal_ == same.causal_;
  }

  // q, k, v, [mask] -> output [B, Hq, T, D], lse [B, Hq, T]
  void eval_cpu(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    std::vector<mx::array> kept(in);
    float *output = allocate(out[0]), *lse = allocate(out[1]);
    mx::cpu::get_command_encoder(stream()).dispatch([kept, output, lse, scale = scale_, causal = causal_] {
      Sizes z(kept[0], kept[1]);
      auto q = operand(kept[0]), k = operand(kept[1]), v = operand(kept[2]);
      Mask mask = kept.size() > 3 ? mask_of(kept[3]) : Mask{};
      size_t blocks = (z.T + BLOCK - 1) / BLOCK;
      KernelThreads::shared().run(z.B * z.Hq * blocks, 1, [&](size_t begin, size_t end) {
        std::vector<float> p(static_cast<size_t>(std::min(BLOCK, z.T)) * z.S);
        for (size_t i = begin; i < end; i++) {
          int b = i / blocks / z.Hq, h = i / blocks % z.Hq;
          int first = i % blocks * BLOCK, last = std::min(first + BLOCK, z.T), width = visible(z, causal, last - 1);
          float* to = output + ((static_cast<size_t>(b) * z.Hq + h) * z.T + first) * z.D;
          if (width == 0) {
            std::fill_n(to, static_cast<size_t>(last - first) * z.D, 0.0f);
            continue;
          }
          scores(z, q, k, mask, scale, causal, b, h, first, last, width, p.data());
          for (int n = first; n < last; n++) {
            softmax(p.data() + static_cast<size_t>(n - first) * width, width, lse + (static_cast<size_t>(b) * z.Hq + h) * z.T + n);
          }
          int head = h / (z.Hq / z.Hkv);
          product(false, false, last - first, z.D, width, 1, p.data(), width, v.at(b, head, 0), v.row, 0, to, z.D);
        }
      });
    });
  }

  std::vector<mx::array> vjp(
      const std::vector<mx::array>& primals,
      const std::vector<mx::array>& cotangents,
      const std::vector<int>& argnums,
      const std::vector<mx::array>& outputs) override {
    std::vector<mx::array> inputs{primals[0], primals[1], primals[2], outputs[0], outputs[1], cotangents[0]};
    if (primals.size() > 3) inputs.push_back(primals[3]);
    auto gradients = mx::array::make_arrays(
        {primals[0].shape(), primals[1].shape(), primals[2].shape()},
        {mx::float32, mx::float32, mx::float32},
        std::make_shared<AttentionGradient>(stream(), scale_, causal_),
        inputs);
    std::vector<mx::array> wanted;
    for (int argument : argnums) {
      if (argument == 3) throw std::invalid_argument("[attention] has no gradient with respect to its mask");
      wanted.push_back(gradients[argument]);
    }
    return wanted;
  }

 private:
  float scale_;
  bool causal_;
};

bool fits(const mx::array& q, const mx::array& k, const mx::array& v) {
  for (auto* a : {&q, &k, &v}) {
    if (a->ndim() != 4 || a->dtype() != mx::float32 || a->size() == 0) return false;
  }
  return q.shape(0) == k.shape(0) && k.shape(1) > 0 && q.shape(1) % k.shape(1) == 0 && q.shape(3) == k.shape(3) &&
      k.shape() == v.shape();
}

} // namespace

AZR_API Handle azr_attention(Handle q, Handle k, Handle v, double scale, bool causal, Handle mask) {
  return guarded([&] {
    bool ours = native_kernels() && has_products() && fits(*q, *k, *v) &&
        (!mask || mask->dtype() == mx::bool_ || mask->dtype() == mx::float32);
    if (!ours) {
      return mx::fast::scaled_dot_product_attention(
          *q, *k, *v, scale, causal ? "causal" : "", optional(mask));
    }
    std::vector<mx::array> inputs{*q, *k, *v};
    if (mask) {
      inputs.push_back(
          mx::broadcast_to(*mask, {q->shape(0), q->shape(1), q->shape(2), k->shape(2)}));
    }
    return mx::array::make_arrays(
        {q->shape(), {q->shape(0), q->shape(1), q->shape(2)}},
        {mx::float32, mx::float32},
        std::make_shared<Attention>(cpu_stream(), static_cast<float>(scale), causal),
        inputs)[0];
  });
}
