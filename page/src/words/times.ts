/** Times as people read them; all are seconds since the epoch. */

const DAY = 86400
const YEAR = 365 * DAY

const clockOf = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const shortDayOf = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short' })
const weekdayOf = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric' })
const dayOf = new Intl.DateTimeFormat('en-GB', { weekday: 'short', day: 'numeric', month: 'short', year: 'numeric' })

export const clock = (time: number): string => clockOf.format(time * 1000)
/** "Mon 2 Nov". */
export const shortDay = (time: number): string => shortDayOf.format(time * 1000)
/** "Mon 2". */
export const weekday = (time: number): string => weekdayOf.format(time * 1000)
export const day = (time: number): string => dayOf.format(time * 1000)

/** When a picture was taken: by the clock, or as minutes and seconds of a film, whose time begins at nought. */
export function moment(time: number): string {
  if (time > YEAR) return clock(time)
  return `${Math.floor(time / 60)}:${String(Math.floor(time % 60)).padStart(2, '0')}`
}

/** Midnight before `time`, and that after it; a day may have 23 or 25 hours. */
export function dayAround(time: number): { begin: number; end: number } {
  const begin = new Date(time * 1000)
  begin.setHours(0, 0, 0, 0)
  const end = new Date(begin)
  end.setDate(end.getDate() + 1)
  return { begin: begin.getTime() / 1000, end: end.getTime() / 1000 }
}

/** "Today", "Yesterday", or the date. */
export function dayName(time: number, now: number): string {
  const { begin, end } = dayAround(now)
  if (time >= begin && time < end) return 'Today'
  if (time < begin && time >= dayAround(begin - 1).begin) return 'Yesterday'
  return day(time)
}

/** "just now", "5 min ago", "yesterday, 14:03:00" or the date. */
export function ago(time: number, now: number): string {
  const past = now - time
  if (past < 10) return 'just now'
  if (past < 60) return `${Math.floor(past)} s ago`
  if (past < 3600) return `${Math.floor(past / 60)} min ago`
  if (past < DAY) return `${Math.floor(past / 3600)} h ago`
  return `${dayName(time, now)}, ${clock(time)}`
}

/** For an input of type date, in local time. */
export function dateField(time: number): string {
  const date = new Date(time * 1000)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

/** The midnight that an input of type date means; null where it is empty. */
export function fromDateField(text: string): number | null {
  const time = new Date(`${text}T00:00:00`).getTime() / 1000
  return Number.isFinite(time) ? time : null
}
