/** Milliseconds that a run was at work: a clock that stands still while it is paused. */
export class RunClock {
  private pausedAt: number | null = null;
  private pausedFor = 0;

  constructor(private readonly time: () => number = () => performance.now()) {}

  now(): number {
    return (this.pausedAt ?? this.time()) - this.pausedFor;
  }

  get paused(): boolean {
    return this.pausedAt !== null;
  }

  pause(): void {
    this.pausedAt ??= this.time();
  }

  resume(): void {
    if (this.pausedAt === null) return;
    this.pausedFor += this.time() - this.pausedAt;
    this.pausedAt = null;
  }
}
