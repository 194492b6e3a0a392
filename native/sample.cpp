// Draws the next token of each row from its logits, given one uniform number a row. MLX composes it of a softmax
// and a running sum over the vocabulary, on one thread: 30 ns a logit. Here exp is taken once where nothing is
// filtered, and sums over blocks say in which block the number falls.
#include <algorithm>
#include <cmath>
#include <vector>

#include "cpu_primitive.h"
#include "kernel_threads.h"
#include "softmax_rows.h"

using namespace azr;

namespace {

constexpr size_t BLOCK = 512;

// out[b] = sum of exp((x - shift) * scale) over the b-th block; `each` receives the terms where it is given.
template <class L>
AZR_INLINE void block_sums_body(const float* x, size_t count, float shift, float scale, float* out, float* each) {
  using F = typename L::F;
  for (size_t begin = 0, block = 0; begin < count; begin += BLOCK, block++) {
    size_t end = std::min(begin + BLOCK, count);
    F total = {};
    for (size_t i = begin; i < end; i += L::width) {
      size_t n = end - i;
      F v = n >= L::width ? load<L>(x + i) : load_some<L>(x + i, n, NEVER);
      F e = azr::exp<L>((v - shift) * scale);
      total += e;
      if (each && n >= L::width) store<L>(each + i, e);
      if (each && n < L::width) store_some<L>(each + i, e, n);
    }
    out[block] = sum_lanes<L>(total);
  }
}
AZR_KERNEL(
    block_sums,
    (const float* x, size_t count, float shift, float scale, float* out, float* each),
    (x, count, shift, scale, out, each))

template <class L>
AZR_INLINE void maximum_body(const float* x, size_t count, float* out) {
  *out = row_maximum<L>(x, count);
}
AZR_KERNEL(maximum, (const float* x, size_t count, float* out), (x, count, out))

struct Settings {
  float temperature, top_k, top_p, min_p, penalty;
};

// The largest value such that those that reach it add up to `wanted` at least. Reorders the list; linear time.
float mass_threshold(std::vector<float>& weights, double wanted) {
  auto begin = weights.begin(), end = weights.end();
  while (end - begin > 1) {
    float pivot = begin[(end - begin) / 2];
    auto equal = std::partition(begin, end, [&](float w) { return w > pivot; });
    auto less = std::partition(equal, end, [&](float w) { return w == pivot; });
    double greater_mass = 0;
    for (auto w = begin; w != equal; w++) greater_mass += *w;
    double equal_mass = static_cast<double>(pivot) * (less - equal);
    if (greater_mass >= wanted) {
      end = equal;
    } else if (greater_mass + equal_mass >= wanted || less == end) {
      return pivot;
    } else {
      wanted -= greater_mass + equal_mass;
      begin = less;
    }
  }
  return begin == weights.end() ? 0 : *begin;
}

// The weight that a token must reach to be kept by top-k, then top-p within what is left, then min-p. The
// largest weight is 1.
float threshold(const std::vector<float>& weights, const Settings& s) {
  float least = 0;
  std::vector<float> kept;
  auto k = static_cast<size_t>(s.top_k);
  if (k > 0 && k < weights.size()) {
    kept = weights;
    std::nth_element(kept.begin(), kept.begin() + (k - 1), kept.end(), std::greater<float>());
    least = kept[k - 1];
  }
  if (s.top_p < 1) {
    kept.clear();
    double mass = 0;
    for (float w : weights) {
      if (w < least || w == 0) continue;
      kept.push_back(w);
      mass += w;
    }
    least = std::max(least, mass_threshold(kept, s.top_p * mass));
  }
  return std::max(least, s.min_p);
}

// First index at which the running sum of the terms passes `target`; the last term above 0 where none does.
template <class Term>
size_t passes(size_t begin, size_t end, double sum, double target, Term term) {
  size_t last = begin;
  for (size_t i = begin; i < end; i++) {
    float w = term(i);
    if (w <= 0) continue;
    last = i;
    sum += w;
    if (sum > target) break;
  }
  return last;
}

// A row's largest value, and the sum of exp((x - most) / temperature) over it.
struct Mass {
  float most;
  double total;
};

Mass mass(const float* x, size_t count, float temperature, std::vector<float>& sums, float* each) {
  Mass m{0, 0};
  maximum(x, count, &m.most);
  sums.resize((count + BLOCK - 1) / BLOCK);
  block_sums(x, count, m.most, 1.0f / temperature, sums.data(), each);
  for (float sum : sums) m.total += sum;
  return m;
}

float log_probability(float x, const Mass& m, float temperature) {
  return static_cast<float>((x - m.most) / temperature - std::log(m.total));
}

struct Draw {
  int32_t token;
  float plain, tempered, sampling; // log-probabilities
};

// The token where the cumulative distribution of y passes the uniform number, and its log-probability there.
std::pair<size_t, float> choose(const float* y, size_t count, const Settings& s, float uniform) {
  std::vector<float> sums;
  bool filtered = s.top_k > 0 || s.top_p < 1 || s.min_p > 0;
  if (!filtered) {
    Mass m = mass(y, count, s.temperature, sums, nullptr);
    double target = uniform * m.total, sum = 0;
    size_t block = 0;
    while (block + 1 < sums.size() && sum + sums[block] <= target) sum += sums[block++];
    size_t begin = block * BLOCK, end = std::min(begin + BLOCK, count);
    size_t token = passes(begin, end, sum, target, [&](size_t i) { return std::exp((y[i] - m.most) / s.temperature); });
    return {token, log_probability(y[token], m, s.temperature)};
  }
  std::vector<float> weights(count);
  mass(y, count, s.temperature, sums, weights.data());
  float least = threshold(weights, s);
  double kept = 0;
  for (float w : weights) kept += w >= least ? w : 0;
  size_t token = passes(0, count, 0, uniform * kept, [&](size_t i) { return weights[i] >= least ? weights[i] : 0; });
  return {token, static_cast<float>(std::log(weights[token] / kept))};
}

// `history`: tokens to penalise, equal ones once. A row with NaN or plus infinity has NaN for log-probabilities.
Draw draw(const float* x, size_t count, const Settings& s, float uniform, const int32_t* history, size_t length) {
  std::vector<float> sums, penalised;
  Mass plain = mass(x, count, 1, sums, nullptr);
  // Nothing is drawn of such a row: NaN has no place in an order.
  if (!std::isfinite(plain.total)) return {0, NAN, NAN, NAN};
  const float* y = x;
  if (s.penalty != 1) {
    penalised.assign(x, x + count);
    for (size_t i = 0; i < length; i++) {
      float value = x[history[i]];
      penalised[history[i]] = value > 0 ? value / s.penalty : value * s.penalty;
    }
    y = penalised.data();
  }
  if (s.temperature == 0) {
    size_t token = std::max_element(y, y + count) - y;
    return {static_cast<int32_t>(token), log_probability(x[token], plain, 1), 0, 0};
  }
  auto [token, sampling] = choose(y, count, s, uniform);
  float log_p = log_probability(x[token], plain, 1);
  float tempered = s.temperature == 1
      ? log_p
      : log_probability(x[token], mass(x, count, s.temperature, sums, nullptr), s.temperature);
  return {static_cast<int32_t>(token), log_p, tempered, sampling};
}

// logits [B, V], uniforms [B], settings [B, 5], history [B, K] -> tokens [B] int32, log-probabilities [B] three times:
// plain, tempered, sampling
class Sample : public RowMajorPrimitive {
 public:
  using RowMajorPrimitive::RowMajorPrimitive;
  const char* name() const override {
    return "Sample";
  }
  bool is_equivalent(const mx::Primitive&) const override {
    return true;
  }
  void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    auto *logits = in[0].data<float>(), *uniforms = in[1].data<float>();
    auto* settings = reinterpret_cast<const Settings*>(in[2].data<float>());
    auto* history = in[3].data<int32_t>();
    out[0].set_data(mx::allocator::malloc(out[0].nbytes()));
    auto* tokens = out[0].data<int32_t>();
    float *plain = allocate(out[1]), *tempered = allocate(out[2]), *sampling = allocate(out[3]);
    size_t rows = in[0].shape(0), width = in[0].shape(1), length = in[3].shape(1);
    mx::cpu::get_command_encoder(stream()).dispatch([=] {
      KernelThreads::shared().run(rows, 1, [=](size_t begin, size_t end) {
        for (size_t i = begin; i < end; i++) {
          auto drawn = draw(logits + i * width, width, settings[i], uniforms[i], history + i * length, length);
          tokens[i] = drawn.token;
          plain[i] = drawn.plain;
          tempered[i] = drawn.tempered;
          sampling[i] = drawn.sampling;
        }
      });
    });
  }
};

} // namespace

// settings: temperature, top-k, top-p, min-p and repetition penalty of each row; history: the tokens that the penalty is
// for. Leaves tokens and their log-probabilities (plain, tempered, sampling); -1 where there is no kernel: see
// azr_native_kernels.
AZR_API int azr_sample(Handle logits, Handle uniforms, Handle settings, Handle history) {
  return guard([&] {
    if (!native_kernels()) throw std::runtime_error("[sample] runs on the CPU only");
    int rows = logits->shape(0);
    if (settings->shape() != mx::Shape{rows, 5} || history->ndim() != 2 || history->shape(0) != rows) {
      throw std::invalid_argument("[sample] takes settings [B, 5] and a history [B, K]");
    }
    return leave(mx::array::make_arrays(
        {{rows}, {rows}, {rows}, {rows}},
        {mx::int32, mx::float32, mx::float32, mx::float32},
        std::make_shared<Sample>(cpu_stream()),
        {mx::astype(*logits, mx::float32), *uniforms, *settings,
         mx::astype(*history, mx::int32)}));
  });
}

// Whether operations run in the shim's own kernels: on the CPU, unless AZR_NATIVE_KERNELS=0.
AZR_API bool azr_native_kernels() {
  return native_kernels();
}
