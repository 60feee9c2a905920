/** Which rows of a long list are near what is seen of it: from the first to before the last. */
export function window(top: number, height: number, row: number, count: number, spare = 6): { first: number; last: number } {
  const first = Math.max(0, Math.floor(top / row) - spare)
  const last = Math.min(count, Math.ceil((top + height) / row) + spare)
  return { first: Math.min(first, last), last }
}
