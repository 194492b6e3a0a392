// Softmax of one row, for the kernels that need it.
#pragma once

#include <cmath>
#include <limits>

#include "vector_math.h"

namespace azr {

constexpr float NEVER = -std::numeric_limits<float>::infinity();

template <class L>
AZR_INLINE float row_maximum(const float* x, size_t count) {
  using F = typename L::F;
  F most = F{} + NEVER;
  size_t i = 0;
  for (; i + L::width <= count; i += L::width) most = larger<L>(load<L>(x + i), most);
  if (i < count) most = larger<L>(load_some<L>(x + i, count - i, NEVER), most);
  return max_lanes<L>(most);
}

// Softmax in place of one row; returns log-sum-exp. A row that sees nothing becomes zeros.
template <class L>
AZR_INLINE void softmax_body(float* x, size_t count, float* lse) {
  using F = typename L::F;
  const F zero = {};
  size_t whole = count - count % L::width;
  float shift = row_maximum<L>(x, count);
  if (shift == NEVER) {
    for (size_t i = 0; i < count; i++) x[i] = 0;
    *lse = 0;
    return;
  }
  F total = zero;
  for (size_t i = 0; i < whole; i += L::width) {
    F e = azr::exp<L>(load<L>(x + i) - shift);
    store<L>(x + i, e);
    total += e;
  }
  if (whole < count) {
    F e = azr::exp<L>(load_some<L>(x + whole, count - whole, NEVER) - shift);
    store_some<L>(x + whole, e, count - whole);
    total += e;
  }
  float sum = sum_lanes<L>(total);
  float scale = 1.0f / sum;
  for (size_t i = 0; i < whole; i += L::width) store<L>(x + i, load<L>(x + i) * scale);
  for (size_t i = whole; i < count; i++) x[i] *= scale;
  *lse = shift + std::log(sum);
}

} // namespace azr
