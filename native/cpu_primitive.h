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

// A primitive that reads its inputs as plain rows. They are copied where they are not, which is known when they are
// there: an operation for each input of each primitive, to be safe, was most of a small model's graph.
class RowMajorPrimitive : public CpuPrimitive {
 public:
  using CpuPrimitive::CpuPrimitive;
  void eval_cpu(const std::vector<mx::array>& inputs, std::vector<mx::array>& outputs) final {
    std::vector<mx::array> in;
    in.reserve(inputs.size());
    for (auto& a : inputs) in.push_back(in_rows(a));
    compute(in, outputs);
  }

 protected:
  virtual void compute(const std::vector<mx::array>& in, std::vector<mx::array>& out) = 0;

 private:
  // The array, or a copy that is made before what is dispatched next.
  mx::array in_rows(const mx::array& a) {
    if (a.flags().row_contiguous) return a;
    auto copy = mx::contiguous(a, false, stream());
    std::vector<mx::array> made{copy};
    copy.primitive().eval_cpu(copy.inputs(), made);
    mx::cpu::get_command_encoder(stream()).add_temporary(copy);
    return copy;
  }
};

// Memory for an output.
inline float* allocate(mx::array& out) {
  out.set_data(mx::allocator::malloc(out.nbytes()));
  return out.data<float>();
}

} // namespace azr
