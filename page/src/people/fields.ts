/** What is known of a person besides, as rows of a form. */

export interface FieldRow {
  name: string
  text: string
}

type Known = string | number | boolean | null

/** The name is changed elsewhere; what is no plain value is left as it is, and not shown. */
export function asRows(fields: Record<string, unknown>): FieldRow[] {
  return Object.entries(fields)
    .filter(([, value]) => value === null || typeof value !== 'object')
    .map(([name, value]) => ({ name, text: value === null ? '' : String(value) }))
}

/** Numbers, true and false are kept as such; rows without a name are left out. */
export function asFields(rows: readonly FieldRow[]): Record<string, Known> {
  return Object.fromEntries(rows.filter(({ name }) => name.trim()).map(({ name, text }) => [name.trim(), valueOf(text.trim())]))
}

function valueOf(text: string): Known {
  if (text === '') return null
  if (text === 'true' || text === 'false') return text === 'true'
  const number = Number(text)
  return Number.isFinite(number) && String(number) === text ? number : text
}
