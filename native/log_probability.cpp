// Log-probability of a target token and entropy of its distribution, per row of logits times the row's scale (1 /
// temperature), with the gradient. No array of the vocabulary's size is made besides the gradient itself.
#include <cmath>

#include "cpu_primitive.h"
#include "kernel_threads.h"
#include "softmax_rows.h"

using namespace azr;

namespace {

// out: log-sum-exp and entropy of one row of `count` logits times `scale`.
template <class L>
AZR_INLINE void row_body(const float* x, size_t count, float scale, float* out) {
  using F = typename L::F;
  const F zero = {};
  size_t whole = count - count % L::width;
  float shift = row_maximum<L>(x, count) * scale;
  F total = zero, weighted = zero;
  for (size_t i = 0; i < count; i += L::width) {
    F v = (i < whole ? load<L>(x + i) : load_some<L>(x + i, count - i, NEVER)) * scale - shift;
    F e = azr::exp<L>(v);
    total += e;
    // A logit of minus infinity has probability 0 and adds nothing.
    weighted += e > zero ? e * v : zero;
  }
  float sum = sum_lanes<L>(total);
  float log_sum = std::log(sum);
  out[0] = shift + log_sum;
  out[1] = log_sum - sum_lanes<L>(weighted) / sum;
}
AZR_KERNEL(row, (const float* x, size_t count, float scale, float* out), (x, count, scale, out))

// Gradient of a * log p(target) + b * entropy by the unscaled logits, without the target's own a * scale:
// -scale * p_j * (a + b * (log p_j + entropy)).
template <class L>
AZR_INLINE void gradient_body(
    const float* x, size_t count, float scale, float lse, float entropy, float a, float b, float* out) {
  using F = typename L::F;
  const F zero = {};
  for (size_t i = 0; i < count; i += L::width) {
    size_t n = count - i;
    F v = (n >= L::width ? load<L>(x + i) : load_some<L>(x + i, n, 0)) * scale - lse;
    F p = azr::exp<L>(v);
    F g = p > zero ? -scale * p * (a + b * (v + entropy)) : zero;
    if (n >= L::width) {
      store<L>(out + i, g);
    } else {
      store_some<L>(out + i, g, n);
    }
  }
}
AZR_KERNEL(
    gradient,
    (const float* x, size_t count, float scale, float lse, float entropy, float a, float b, float* out),
    (x, count, scale, lse, entropy, a, b, out))

// logits [N, V], targets [N], scales [N], lse [N], entropy [N], cotangents of both [N] -> [N, V]
class LogProbabilityGradient : public RowMajorPrimitive {
 public:
  using RowMajorPrimitive::RowMajorPrimitive;
  const char* name() const override {
    return "LogProbabilityGradient";
  }
  bool is_equivalent(const mx::Primitive&) const override {
    return true;
  }
  void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    auto* logits = in[0].data<float>();
    auto* targets = in[1].data<int32_t>();
    auto *scales = in[2].data<float>(), *lse = in[3].data<float>(), *entropy = in[4].data<float>();
    auto *a = in[5].data<float>(), *b = in[6].data<float>();
    auto* result = allocate(out[0]);
    size_t rows = in[0].shape(0), width = in[0].shape(1);
    mx::cpu::get_command_encoder(stream()).dispatch([=] {
      KernelThreads::shared().run(rows, 1, [=](size_t begin, size_t end) {
        for (size_t i = begin; i < end; i++) {
          float* to = result + i * width;
          gradient(logits + i * width, width, scales[i], lse[i], entropy[i], a[i], b[i], to);
          to[targets[i]] += a[i] * scales[i];
        }
      });
    });
  }
};

// logits [N, V], targets [N], scales [N] -> log p(target), entropy and log-sum-exp, each [N]
class LogProbability : public RowMajorPrimitive {
 public:
  using RowMajorPrimitive::RowMajorPrimitive;
  const char* name() const override {
    return "LogProbability";
  }
  bool is_equivalent(const mx::Primitive&) const override {
    return true;
  }
  void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    auto* logits = in[0].data<float>();
    auto* targets = in[1].data<int32_t>();
    auto* scales = in[2].data<float>();
    auto *log_p = allocate(out[0]), *entropy = allocate(out[1]), *lse = allocate(out[2]);
    size_t rows = in[0].shape(0), width = in[0].shape(1);
    mx::cpu::get_command_encoder(stream()).dispatch([=] {
      for (size_t i = 0; i < rows; i++) {
        if (targets[i] < 0 || static_cast<size_t>(targets[i]) >= width) {
          throw std::invalid_argument("[LogProbability] target " + std::to_string(targets[i]) + " is no token");
        }
      }
      KernelThreads::shared().run(rows, 1, [=](size_t begin, size_t end) {
        for (size_t i = begin; i < end; i++) {
          float facts[2];
          row(logits + i * width, width, scales[i], facts);
          lse[i] = facts[0];
          entropy[i] = facts[1];
          log_p[i] = logits[i * width + targets[i]] * scales[i] - facts[0];
        }
      });
    });
  }
  std::vector<mx::array> vjp(
      const std::vector<mx::array>& primals,
      const std::vector<mx::array>& cotangents,
      const std::vector<int>& argnums,
      const std::vector<mx::array>& outputs) override {
    std::vector<mx::array> wanted;
    for (int argument : argnums) {
      wanted.push_back(
          argument == 0 ? mx::array(
                              primals[0].shape(),
                              mx::float32,
                              std::make_shared<LogProbabilityGradient>(stream()),
                              {primals[0],
                               primals[1],
                               primals[2],
                               outputs[2],
                               outputs[1],
                               cotangents[0],
                               cotangents[1]})
                        : mx::zeros_like(primals[argument]));
    }
    return wanted;
  }
};

std::vector<mx::array> composed(const mx::array& logits, const mx::array& targets, const mx::array& scales) {
  auto x = mx::multiply(mx::astype(logits, mx::float32), mx::expand_dims(scales, -1));
  auto lse = mx::logsumexp(x, -1, true);
  auto chosen = mx::take_along_axis(x, mx::expand_dims(targets, -1), -1);
  auto p = mx::exp(mx::subtract(x, lse));
  // A logit of minus infinity has probability 0 and adds nothing.
  auto weighted = mx::multiply(p, mx::where(mx::greater(p, mx::array(0.0f)), x, mx::array(0.0f)));
  auto entropy = mx::subtract(mx::squeeze(lse, -1), mx::sum(weighted, -1));
  return {mx::squeeze(mx::subtract(chosen, lse), -1), entropy};
}

} // namespace

// Results: log p(target) [N] and entropy [N]. logits [N, V]; targets [N], integers; scales [N] float32 multiply the rows
// of logits, or null.
AZR_API int azr_log_probability(Handle logits, Handle targets, Handle scales) {
  return guard([&] {
    if (logits->ndim() != 2 || targets->ndim() != 1 || targets->shape(0) != logits->shape(0)) {
      throw std::invalid_argument("[log_probability] takes logits [N, V] and targets [N]");
    }
    mx::Shape rows{logits->shape(0)};
    auto factors = scales ? *scales : mx::ones(rows, mx::float32);
    if (factors.shape() != rows || factors.dtype() != mx::float32) {
      throw std::invalid_argument("[log_probability] takes scales [N], float32");
    }
    if (!native_kernels() || logits->dtype() != mx::float32) return leave(composed(*logits, *targets, factors));
    auto three = mx::array::make_arrays(
        {rows, rows, rows},
        {mx::float32, mx::float32, mx::float32},
        std::make_shared<LogProbability>(cpu_stream()),
        {*logits, mx::astype(*targets, mx::int32), factors});
    return leave({three[0], three[1]});
  });
}
