/** Builds GGUF files byte by byte, as small as tests need them. */
export class GgufBuilder {
  private readonly parts: Uint8Array[] = [];

  uint32 = (value: number) => this.push(new Uint8Array(new Uint32Array([value]).buffer));
  uint64 = (value: number | bigint) => this.push(new Uint8Array(new BigUint64Array([BigInt(value)]).buffer));
  float32 = (value: number) => this.push(new Uint8Array(new Float32Array([value]).buffer));

  string = (text: string) => {
    const bytes = new TextEncoder().encode(text);
    return this.uint64(bytes.length).push(bytes);
  };

  push(bytes: Uint8Array): this {
    this.parts.push(bytes);
    return this;
  }

  /** Pads with zeros to a multiple of `alignment`. */
  align(alignment = 32): this {
    const length = this.bytes().length;
    return this.push(new Uint8Array(Math.ceil(length / alignment) * alignment - length));
  }

  bytes(): Uint8Array {
    return new Uint8Array(Buffer.concat(this.parts));
  }
}

/** Version 3; metadata: a name, a context length, two lists; one F32 [2, 3] and one Q4_1 [2, 32] tensor. */
export function smallGguf(): Uint8Array {
  const file = new GgufBuilder();
  file.uint32(0x46554747).uint32(3).uint64(2).uint64(4);
  file.string("general.name").uint32(8).string("täst");
  file.string("llama.context_length").uint32(4).uint32(2048);
  file
    .string("tokens")
    .uint32(9)
    .uint32(8)
    .uint64(4)
    .string("a")
    .string("")
    .string("\u0120b")
    .string("\ufeff");
  file.string("scores").uint32(9).uint32(6).uint64(2).float32(0.5).float32(-1);
  file.string("plain").uint32(2).uint64(3).uint64(2).uint32(0).uint64(0);
  file.string("quantized").uint32(2).uint64(32).uint64(2).uint32(3).uint64(32);
  file.align();
  for (const value of [1, 2, 3, 4, 5, 6]) file.float32(value);
  file.align().push(new Uint8Array(40));
  return file.bytes();
}
