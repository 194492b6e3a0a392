// Float vectors of 4, 8 or 16 lanes, and the instruction set chosen at run time.
//
// A kernel is a function template over lanes, `name_body<L>`, forced inline into one function per instruction
// set; AZR_KERNEL makes those functions and the one that picks among them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <type_traits>

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic ignored "-Wpsabi" // wide vectors are passed only between functions that are inlined
#endif

#define AZR_INLINE static inline __attribute__((always_inline))

namespace azr {

struct Lanes4 {
  static constexpr size_t width = 4;
  typedef float F __attribute__((vector_size(16)));
  typedef int32_t I __attribute__((vector_size(16)));
};
struct Lanes8 {
  static constexpr size_t width = 8;
  typedef float F __attribute__((vector_size(32)));
  typedef int32_t I __attribute__((vector_size(32)));
};
struct Lanes16 {
  static constexpr size_t width = 16;
  typedef float F __attribute__((vector_size(64)));
  typedef int32_t I __attribute__((vector_size(64)));
};

template <class L>
AZR_INLINE typename L::F load(const float* from) {
  typename L::F v;
  __builtin_memcpy(&v, from, sizeof v);
  return v;
}
// The first `count` lanes, the others `rest`.
template <class L>
AZR_INLINE typename L::F load_some(const float* from, size_t count, float rest) {
  typename L::F v;
  for (size_t i = 0; i < L::width; i++) v[i] = i < count ? from[i] : rest;
  return v;
}
template <class L>
AZR_INLINE void store(float* to, typename L::F v) {
  __builtin_memcpy(to, &v, sizeof v);
}
template <class L>
AZR_INLINE void store_some(float* to, typename L::F v, size_t count) {
  for (size_t i = 0; i < count; i++) to[i] = v[i];
}
template <class L>
AZR_INLINE typename L::F larger(typename L::F a, typename L::F b) {
  return a > b ? a : b;
}
// Halves are added until four lanes are left: a few instructions, where a loop over lanes takes dozens.
template <class L>
AZR_INLINE float sum_lanes(typename L::F v) {
  if constexpr (L::width == 4) {
    return (v[0] + v[2]) + (v[1] + v[3]);
  } else {
    using Half = std::conditional_t<L::width == 16, Lanes8, Lanes4>;
    typename Half::F low, high;
    __builtin_memcpy(&low, &v, sizeof low);
    __builtin_memcpy(&high, reinterpret_cast<const char*>(&v) + sizeof low, sizeof high);
    return sum_lanes<Half>(low + high);
  }
}
template <class L>
AZR_INLINE float max_lanes(typename L::F v) {
  float m = v[0];
  for (size_t i = 1; i < L::width; i++) m = v[i] > m ? v[i] : m;
  return m;
}

// L::width bytes as integers. GCC makes one instruction a byte of the plain loop.
template <class L>
AZR_INLINE typename L::I load_bytes(const uint8_t* from) {
  typename L::I v;
#if defined(__x86_64__)
  if constexpr (L::width > 4) {
    asm("vpmovzxbd %1, %0" : "=v"(v) : "m"(*reinterpret_cast<const uint8_t(*)[L::width]>(from)));
    return v;
  }
#endif
  for (size_t i = 0; i < L::width; i++) v[i] = from[i];
  return v;
}

// e^x, relative error about 1e-7; 0 below -87.3, largest finite results above 88.
template <class L>
AZR_INLINE typename L::F exp(typename L::F x) {
  using F = typename L::F;
  using I = typename L::I;
  const F zero = {};
  const F low = zero - 87.33f, high = zero + 88.37f;
  F inside = x < low ? low : x;
  inside = inside > high ? high : inside;
  // n = round(x / ln 2), read from the low bits of x / ln 2 + 1.5 * 2^23.
  F shifted = inside * 1.44269504f + 12582912.0f;
  I k = (I)shifted - 0x4B400000;
  F n = shifted - 12582912.0f;
  F r = inside - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;
  F p = zero + 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  F y = p * (r * r) + (r + 1.0f);
  y = y * (F)((k + 127) << 23);
  return x < low ? zero : y;
}

enum class Isa { portable, avx2, avx512 };

inline Isa isa() {
#if defined(__x86_64__)
  static const Isa best = [] {
    // AZR_CPU=avx2 or portable keeps to less than the processor has, to test those paths.
    const char* most = std::getenv("AZR_CPU");
    bool portable = most && !std::strcmp(most, "portable"), avx2 = most && !std::strcmp(most, "avx2");
    if (!portable && !avx2 && __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq")) {
      return Isa::avx512;
    }
    if (!portable && __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return Isa::avx2;
    return Isa::portable;
  }();
  return best;
#else
  return Isa::portable; // on arm64 four lanes are NEON
#endif
}

} // namespace azr

#if defined(__x86_64__)
#define AZR_KERNEL(name, parameters, arguments) \
  __attribute__((target("avx512f,avx512dq,fma"))) static void name##_avx512 parameters { \
    name##_body<Lanes16> arguments; \
  } \
  __attribute__((target("avx2,fma"))) static void name##_avx2 parameters { \
    name##_body<Lanes8> arguments; \
  } \
  static void name##_portable parameters { \
    name##_body<Lanes4> arguments; \
  } \
  static void name parameters { \
    switch (isa()) { \
      case Isa::avx512: return name##_avx512 arguments; \
      case Isa::avx2: return name##_avx2 arguments; \
      default: return name##_portable arguments; \
    } \
  }
#else
#define AZR_KERNEL(name, parameters, arguments) \
  static void name parameters { \
    name##_body<Lanes4> arguments; \
  }
#endif
