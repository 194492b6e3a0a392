import { dispose, evaluate, keep, type MxArray, mx, scope } from "../mlx/index.ts";
import type { Parameters } from "./optimizer.ts";

/** Euclidean norm over all gradients taken together; evaluates. NaN or infinite if any gradient is. */
export function globalNorm(gradients: Parameters): number {
  return scope(() => {
    const squares = Object.values(gradients).map((gradient) =>
      mx.sum(mx.square(mx.astype(gradient, "float32"))),
    );
    return mx.sqrt(mx.sum(mx.stack(squares, 0))).item();
  });
}

/** Scales gradients so that their global norm, `norm` before, is at most `limit` (as torch's clip_grad_norm_). */
export function clipByGlobalNorm(gradients: Parameters, norm: number, limit: number): Parameters {
  const scale = limit / (norm + 1e-6);
  if (scale >= 1) return gradients;
  return Object.fromEntries(
    Object.entries(gradients).map(([name, gradient]): [string, MxArray] => [
      name,
      mx.multiply(gradient, scale),
    ]),
  );
}

/** Sum of two sets of gradients, evaluated, the caller's to free; both are freed. An empty sum counts as 0. */
export function addGradients(sum: Parameters, gradients: Parameters): Parameters {
  if (Object.keys(sum).length === 0) return keep(gradients);
  try {
    return scope(() => {
      const total = Object.entries(gradients).map(([name, gradient]): [string, MxArray] => [
        name,
        mx.add(sum[name] as MxArray, gradient),
      ]);
      evaluate(total.map(([, array]) => array));
      return keep(Object.fromEntries(total));
    });
  } finally {
    dispose([sum, gradients]);
  }
}
