/** Numbers as people read them. */

export function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}

export function bytes(count: number): string {
  const units = ['bytes', 'KiB', 'MiB', 'GiB']
  const unit = Math.min(3, Math.floor(Math.log2(Math.max(1, count)) / 10))
  const value = count / 1024 ** unit
  return `${unit && value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`
}

/** Seconds, as "45 s", "3 min", "2 h 5 min". */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  if (whole < 60) return `${whole} s`
  const minutes = Math.round(whole / 60)
  if (minutes < 60) return `${minutes} min`
  const rest = minutes % 60
  return `${Math.floor(minutes / 60)} h${rest ? ` ${rest} min` : ''}`
}
