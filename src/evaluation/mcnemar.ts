/**
 * McNemar's exact test, two-sided: how likely counts as uneven as these are when a problem that one of two models
 * solves alone is as likely to be the one's as the other's. Twice the tail of a binomial with p = 1/2 over the
 * `gained + lost` discordant problems, at most 1 (McNemar 1947; the exact form as in Fagerland et al. 2013, section 2).
 */
export function mcnemarExact(gained: number, lost: number): number {
  const n = gained + lost;
  const least = Math.min(gained, lost);
  // In logarithms: 2^-n is no double from about a thousand discordant problems on.
  let term = -n * Math.LN2;
  let tail = Math.exp(term);
  for (let i = 1; i <= least; i++) {
    term += Math.log((n - i + 1) / i);
    tail += Math.exp(term);
  }
  return Math.min(1, 2 * tail);
}
