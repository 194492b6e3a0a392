/** Temperature of samples of one prompt: one is greedy unless a temperature is named; several are drawn, at 0.8. */
export const temperatureOf = ({
  temperature,
  samples,
}: {
  temperature?: number | undefined;
  samples: number;
}) => temperature ?? (samples > 1 ? 0.8 : 0);
