// What the shim's own MLX primitives share. They compute on the CPU in float32; everything else (other dtypes,
// GPU backends, AZR_NATIVE_KERNELS=0) is composed of MLX's operations.
#pragma once

#include <cstdlib>
#include <stdexcept>
#include <string>

#include "azr_mlx.h"
#include "mlx/allocator.h"
#include "mlx/backend/cpu/encoder.h"
#include "mlx/primitives.h"

namespace azr {

inline bool native_kernels() {
  static const bool on = [] {
    const char* value = std::getenv("AZR_NATIVE_KERNELS");
    return !value || std::string(value) != "0";
  }();
  return on && mx::default_device() == mx::Device::cpu;
}

inline mx::Stream cpu_stream() {
  return mx::default_stream(mx::Device::cpu);
}

class CpuPrimitive : public mx::Primitive {
 public:
  using mx::Primitive::Primitive;
  void eval_gpu(const std::vector<mx::array>&, std::vector<mx::array>&) override {
    throw std::runtime_error(std::string("[") + name() + "] runs on the CPU only");
  }
};

// Memory for an output.
inline float* allocate(mx::array& out) {
  out.set_data(mx::allocator::malloc(out.nbytes()));
  return out.data<float>();
}

} // namespace azr
