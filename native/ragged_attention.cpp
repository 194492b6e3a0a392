// Causal attention of many texts that lie one after the other without padding, and its gradient, on the CPU. Texts
// that begin alike share their beginning: a *segment* is a run of tokens that see a prefix and, causally, each other.
// A prompt is a segment without a prefix; each of its responses is a segment whose prefix is the prompt. Positions
// are applied here too, from a rotation for each token.
//
// Letters: T tokens, Hq query heads, Hkv key heads (Hkv divides Hq), D channels of a head, S segments, G trees
// (segments that share nothing with others).
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

// p = exp(p - lse), the probabilities again from the scores; d = p * (d - delta), the gradient of the scores from
// that of the probabilities.
template <class L>
AZR_INLINE void score_gradient_body(float* p, float* d, size_t count, float lse, float delta) {
  size_t i = 0;
  for (; i + L::width <= count; i += L::width) {
    auto probability = azr::exp<L>(load<L>(p + i) - lse);
    store<L>(p + i, probability);
    store<L>(d + i, probability * (load<L>(d + i) - delta));
  }
  if (i < count) {
    size_t n = count - i;
    auto probability = azr::exp<L>(load_some<L>(p + i, n, NEVER) - lse);
    store_some<L>(p + i, probability, n);
    store_some<L>(d + i, probability * (load_some<L>(d + i, n, 0) - delta), n);
  }
}
AZR_KERNEL(
    score_gradient, (float* p, float* d, size_t count, float lse, float delta), (p, d, count, lse, delta))

struct Segment {
  int32_t begin, end, prefix_begin, prefix_end;

  int prefix() const {
    return prefix_end - prefix_begin;
  }
};

struct Sizes {
  int T, Hq, Hkv, D, S, G;

  size_t query_row() const {
    return static_cast<size_t>(Hq) * D;
  }
  size_t key_row() const {
    return static_cast<size_t>(Hkv) * D;
  }
};

// Rotates the halves of the heads of tokens [begin, end): (a, b) -> (a cos - b sin, a sin + b cos), or back. A token's
// rotation is D/2 cosines, then D/2 sines.
void rotate(
    const float* from, const float* rotation, int heads, int D, bool back, size_t begin, size_t end, float* to) {
  int half = D / 2;
  for (size_t t = begin; t < end; t++) {
    const float *c = rotation + t * D, *s = c + half;
    for (int h = 0; h < heads; h++) {
      const float* x = from + (t * heads + h) * D;
      float* y = to + (t * heads + h) * D;
      for (int i = 0; i < half; i++) {
        float a = x[i], b = x[i + half], sine = back ? -s[i] : s[i];
        y[i] = a * c[i] - b * sine;
        y[i + half] = a * sine + b * c[i];
      }
    }
  }
}

// Memory of MLX's own cache: fresh pages for every layer would cost more than what is computed in them.
struct Scratch {
  mx::allocator::Data data;

  explicit Scratch(size_t floats) : data(mx::allocator::malloc(floats * sizeof(float))) {}
  float* get() const {
    return static_cast<float*>(data.buffer().raw_ptr());
  }
};

void rotate_all(const float* x, const float* rotation, int T, int heads, int D, float* to) {
  KernelThreads::shared().run(
      T, 64, [=](size_t begin, size_t end) { rotate(x, rotation, heads, D, false, begin, end, to); });
}

// Scores of queries [first, last) of a segment and one head: rows of prefix() + last - begin keys, the prefix's first;
// minus infinity for keys that come later than the query.
void scores(
    const Sizes& z, const Segment& s, const float* q, const float* k, int head, float scale, int first, int last,
    float* out) {
  int rows = last - first, prefix = s.prefix(), own = last - s.begin, width = prefix + own;
  const float* queries = q + first * z.query_row() + head * z.D;
  const float* keys = k + (head / (z.Hq / z.Hkv)) * z.D;
  int ldq = static_cast<int>(z.query_row()), ldk = static_cast<int>(z.key_row());
  if (prefix > 0) {
    product(false, true, rows, prefix, z.D, scale, queries, ldq, keys + s.prefix_begin * z.key_row(), ldk, 0, out, width);
  }
  product(false, true, rows, own, z.D, scale, queries, ldq, keys + s.begin * z.key_row(), ldk, 0, out + prefix, width);
  for (int i = 0; i < rows; i++) {
    std::fill(out + static_cast<size_t>(i) * width + prefix + first + i + 1 - s.begin, out + static_cast<size_t>(i + 1) * width, NEVER);
  }
}

// out [rows, D] (+)= weights [rows, prefix + own] times the values, or the keys, that the segment sees.
void weigh(
    const Sizes& z, const Segment& s, const float* weights, const float* values, int head, float scale, int rows,
    int own, float* out, int stride) {
  int prefix = s.prefix(), width = prefix + own, ld = static_cast<int>(z.key_row());
  const float* from = values + (head / (z.Hq / z.Hkv)) * z.D;
  product(false, false, rows, z.D, own, scale, weights + prefix, width, from + s.begin * z.key_row(), ld, 0, out, stride);
  if (prefix > 0) {
    product(false, false, rows, z.D, prefix, scale, weights, width, from + s.prefix_begin * z.key_row(), ld, 1, out, stride);
  }
}

struct Work {
  int segment, first, last;
};

class RaggedAttentionGradient : public RowMajorPrimitive {
 public:
  RaggedAttentionGradient(mx::Stream stream, Sizes sizes, float scale)
      : RowMajorPrimitive(stream), sizes_(sizes), scale_(scale) {}
  const char* name() const override {
    return "RaggedAttentionGradient";
  }
  bool is_equivalent(const mx::Primitive&) const override {
    return false;
  }

  // q, k, v, rotation, segments, trees, output, lse, cotangent -> dq, dk, dv
  void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    std::vector<mx::array> kept(in);
    float *dq = allocate(out[0]), *dk = allocate(out[1]), *dv = allocate(out[2]);
    mx::cpu::get_command_encoder(stream()).dispatch([kept, dq, dk, dv, z = sizes_, scale = scale_] {
      auto *v = kept[2].data<float>(), *rotation = kept[3].data<float>();
      auto* segments = reinterpret_cast<const Segment*>(kept[4].data<int32_t>());
      auto* trees = kept[5].data<int32_t>();
      auto *o = kept[6].data<float>(), *lse = kept[7].data<float>(), *c = kept[8].data<float>();
      Scratch q(z.T * z.query_row()), k(z.T * z.key_row());
      rotate_all(kept[0].data<float>(), rotation, z.T, z.Hq, z.D, q.get());
      rotate_all(kept[1].data<float>(), rotation, z.T, z.Hkv, z.D, k.get());
      // Of keys and values for each *query* head, so that heads share nothing while they are computed.
      Scratch key_sums(z.T * z.query_row()), value_sums(z.T * z.query_row());
      float *key_parts = key_sums.get(), *value_parts = value_sums.get();
      int ld = static_cast<int>(z.query_row());
      auto& threads = KernelThreads::shared();
      threads.run(static_cast<size_t>(z.G) * z.Hq, 1, [&](size_t begin, size_t end) {
        std::vector<float> p, d;
        for (size_t i = begin; i < end; i++) {
          int tree = i / z.Hq, head = i % z.Hq, key_head = head / (z.Hq / z.Hkv);
          for (int t = segments[trees[tree]].begin; t < segments[trees[tree + 1] - 1].end; t++) {
            std::fill_n(key_parts + t * z.query_row() + head * z.D, z.D, 0.0f);
            std::fill_n(value_parts + t * z.query_row() + head * z.D, z.D, 0.0f);
          }
          for (int n = trees[tree]; n < trees[tree + 1]; n++) {
            auto& s = segments[n];
            for (int first = s.begin; first < s.end; first += BLOCK) {
              int last = std::min(first + BLOCK, s.end), rows = last - first, own = last - s.begin;
              int prefix = s.prefix(), width = prefix + own;
              p.resize(static_cast<size_t>(BLOCK) * width);
              d.resize(p.size());
              scores(z, s, q.get(), k.get(), head, scale, first, last, p.data());
              const float* cotangents = c + first * z.query_row() + head * z.D;
              const float* values = v + key_head * z.D;
              if (prefix > 0) {
                product(
                    false, true, rows, prefix, z.D, 1, cotangents, ld, values + s.prefix_begin * z.key_row(),
                    static_cast<int>(z.key_row()), 0, d.data(), width);
              }
              product(
                  false, true, rows, own, z.D, 1, cotangents, ld, values + s.begin * z.key_row(),
                  static_cast<int>(z.key_row()), 0, d.data() + prefix, width);
              for (int t = first; t < last; t++) {
                const float *ct = c + t * z.query_row() + head * z.D, *ot = o + t * z.query_row() + head * z.D;
                float delta = 0;
                for (int j = 0; j < z.D; j++) delta += ct[j] * ot[j];
                size_t at = static_cast<size_t>(t - first) * width;
                score_gradient(p.data() + at, d.data() + at, width, lse[static_cast<size_t>(t) * z.Hq + head], delta);
              }
              weigh(z, s, d.data(), k.get(), head, scale, rows, own, dq + first * z.query_row() + head * z.D, ld);
              auto add = [&](const float* weights, float factor, const float* rows_of, float* parts) {
                float* to = parts + head * z.D;
                if (prefix > 0) {
                  product(true, false, prefix, z.D, rows, factor, weights, width, rows_of, ld, 1, to + s.prefix_begin * z.query_row(), ld);
                }
                product(true, false, own, z.D, rows, factor, weights + prefix, width, rows_of, ld, 1, to + s.begin * z.query_row(), ld);
              };
              add(p.data(), 1, cotangents, value_parts);
              add(d.data(), scale, q.get() + first * z.query_row() + head * z.D, key_parts);
            }
          }
        }
      });
      threads.run(z.T, 16, [&](size_t begin, size_t end) {
        int group = z.Hq / z.Hkv;
        for (size_t t = begin; t < end; t++) {
          for (size_t j = 0; j < z.key_row(); j++) {
            size_t from = t * z.query_row() + j / z.D * group * z.D + j % z.D;
            float key = 0, value = 0;
            for (int g = 0; g < group; g++) {
              key += key_parts[from + static_cast<size_t>(g) * z.D];
              value += value_parts[from + static_cast<size_t>(g) * z.D];
            }
            dk[t * z.key_row() + j] = key;
            dv[t * z.key_row() + j] = value;
          }
        }
        rotate(dk, rotation, z.Hkv, z.D, true, begin, end, dk);
        rotate(dq, rotation, z.Hq, z.D, true, begin, end, dq);
      });
    });
  }

 private:
  Sizes sizes_;
  float scale_;
};

class RaggedAttention : public RowMajorPrimitive {
 public:
  RaggedAttention(mx::Stream stream, Sizes sizes, float scale) : RowMajorPrimitive(stream), sizes_(sizes), scale_(scale) {}
  const char* name() const override {
    return "RaggedAttention";
  }
  bool is_equivalent(const mx::Primitive&) const override {
    return false;
  }

  // q, k, v, rotation, segments, trees -> output [T, Hq D], lse [T, Hq]
  void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) override {
    std::vector<mx::array> kept(in);
    float *output = allocate(out[0]), *lse = allocate(out[1]);
    mx::cpu::get_command_encoder(stream()).dispatch([kept, output, lse, z = sizes_, scale = scale_] {
      auto *v = kept[2].data<float>(), *rotation = kept[3].data<float>();
      auto* segments = reinterpret_cast<const Segment*>(kept[4].data<int32_t>());
      check(z, segments, kept[5].data<int32_t>());
      Scratch q(z.T * z.query_row()), k(z.T * z.key_row());
      rotate_all(kept[0].data<float>(), rotation, z.T, z.Hq, z.D, q.get());
      rotate_all(kept[1].data<float>(), rotation, z.T, z.Hkv, z.D, k.get());
      std::vector<Work> works;
      for (int n = 0; n < z.S; n++) {
        for (int first = segments[n].begin; first < segments[n].end; first += BLOCK) {
          works.push_back({n, first, std::min(first + BLOCK, segments[n].end)});
        }
      }
      KernelThreads::shared().run(works.size() * z.Hq, 1, [&](size_t begin, size_t end) {
        std::vector<float> p;
        for (size_t i = begin; i < end; i++) {
          auto& work = works[i / z.Hq];
          auto& s = segments[work.segment];
          int head = i % z.Hq, rows = work.last - work.first, own = work.last - s.begin, width = s.prefix() + own;
          p.resize(static_cast<size_t>(BLOCK) * width);
          scores(z, s, q.get(), k.get(), head, scale, work.first, work.last, p.data());
          for (int t = 0; t < rows; t++) {
            softmax(p.data() + static_cast<size_t>(t) * width, width, lse + static_cast<size_t>(work.first + t) * z.Hq + head);
          }
          weigh(
              z, s, p.data(), v, head, 1, rows, own, output + work.first * z.query_row() + head * z.D,
              static_cast<int>(z.query_row()));
        }
      });
    });
  }

  std::vector<mx::array> vjp(
      const std::vector<mx::array>& primals,
      const std::vector<mx::array>& cotangents,
      const std::vector<int>& argnums,
      const std::vector<mx::array>& outputs) override {
    std::vector<mx::array> inputs(primals);
    inputs.insert(inputs.end(), {outputs[0], outputs[1], cotangents[0]});
    auto gradients = mx::array::make_arrays(
        {primals[0].shape(), primals[1].shape(), primals[2].shape()},
        {mx::float32, mx::float32, mx::float32},
        std::make_shared<RaggedAttentionGradient>(stream(), sizes_, scale_),
        inputs);
    std::vector<mx::array> wanted;
    for (int argument : argnums) {
      if (argument > 2) throw std::invalid_argument("[ragged_attention] has gradients of queries, keys and values only");
      wanted.push_back(gradients[argument]);
    }
    return wanted;
  }

 private:
  // The segments cover all tokens in order, and a prefix lies before its segment in the same tree.
  static void check(const Sizes& z, const Segment* segments, const int32_t* trees) {
    bool good = trees[0] == 0 && trees[z.G] == z.S;
    for (int g = 0, at = 0; good && g < z.G; g++) {
      good = trees[g] < trees[g + 1] && trees[g + 1] <= z.S;
      int tree_begin = at;
      for (int n = trees[g]; good && n < trees[g + 1]; n++) {
        auto& s = segments[n];
        good = s.begin == at && s.end > s.begin && s.end <= z.T && s.prefix_begin <= s.prefix_end &&
            (s.prefix() == 0 || (s.prefix_begin >= tree_begin && s.prefix_end <= s.begin));
        at = s.end;
      }
      if (g == z.G - 1) good = good && at == z.T;
    }
    if (!good) throw std::invalid_argument("[ragged_attention] the segments do not cover the tokens in order");
  }

  Sizes sizes_;
  float scale_;
};

} // namespace

AZR_API bool azr_ragged_kernel() {
  return native_kernels() && has_products();
}

// q [T, Hq D], k and v [T, Hkv D], rotation [T, D], all float32; segments [S, 4] int32: begin, end, prefix's begin and
// end; trees [G + 1] int32: the first segment of each tree, and S -> [T, Hq D].
AZR_API Handle azr_ragged_attention(
    Handle q, Handle k, Handle v, Handle rotation, Handle segments, Handle trees, double scale) {
  return guarded([&] {
    if (!azr_ragged_kernel()) throw std::runtime_error("[ragged_attention] runs on the CPU only");
    for (auto* a : {q, k, v, rotation}) {
      if (a->dtype() != mx::float32 || a->ndim() != 2 || a->shape(0) != q->shape(0)) {
        throw std::invalid_argument("[ragged_attention] takes float32 [T, ..]");
      }
    }
    int D = rotation->shape(1), T = q->shape(0);
    if (T == 0 || D == 0 || D % 2 || q->shape(1) % D || k->shape(1) % D || k->shape() != v->shape() || k->shape(1) == 0 ||
        q->shape(1) % k->shape(1) || segments->ndim() != 2 || segments->shape(1) != 4 || trees->ndim() != 1 ||
        trees->size() < 2) {
      throw std::invalid_argument("[ragged_attention] the shapes do not fit each other");
    }
    Sizes sizes{
        T, q->shape(1) / D, k->shape(1) / D, D, segments->shape(0), static_cast<int>(trees->size()) - 1};
    auto whole = [](const mx::array& a) { return mx::astype(a, mx::int32); };
    return mx::array::make_arrays(
        {q->shape(), {T, sizes.Hq}},
        {mx::float32, mx::float32},
        std::make_shared<RaggedAttention>(cpu_stream(), sizes, static_cast<float>(scale)),
        {*q, *k, *v, *rotation, whole(*segments),
         whole(*trees)})[0];
  });
}
