/** The vocabulary of rules as JSON schema, read for a form: which keys a condition has, and their bounds. */

export interface Schema {
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, Schema>>
  readonly type?: string
  readonly enum?: readonly string[]
  readonly anyOf?: readonly Schema[]
  readonly properties?: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
  readonly description?: string
  readonly default?: unknown
  readonly minimum?: number
  readonly exclusiveMinimum?: number
  readonly maximum?: number
  readonly discriminator?: { readonly mapping: Readonly<Record<string, string>> }
}

export type FieldKind = 'number' | 'whole' | 'text' | 'choice' | 'flag' | 'value' | 'names' | 'inner'

export interface Field {
  readonly key: string
  readonly kind: FieldKind
  /** What counts where nothing is said. */
  readonly usual: unknown
  readonly needed: boolean
  readonly choices: readonly string[]
  readonly least: number | null
  /** Whether it has to be more than the least. */
  readonly above: boolean
  readonly most: number | null
}

const TAG = 'is'
const INNER: readonly string[] = ['of', 'look']
const KINDS: Readonly<Record<string, FieldKind>> = { number: 'number', integer: 'whole', boolean: 'flag', string: 'text' }

export class Vocabulary {
  private readonly mapping: Readonly<Record<string, string>>

  constructor(private readonly schema: Schema) {
    this.mapping = this.definition('RuleText').properties?.when?.discriminator?.mapping ?? {}
  }

  /** What `is` may be. */
  get conditions(): readonly string[] {
    return Object.keys(this.mapping)
  }

  /** The keys of a condition besides its `is`. */
  fieldsOf(is: string): Field[] {
    const { properties = {}, required = [] } = this.named(this.mapping[is])
    return Object.entries(properties)
      .filter(([key]) => key !== TAG)
      .map(([key, told]) => fieldOf(key, told, required.includes(key)))
  }

  /** One key of a record by its name, as of LightText. */
  field(record: string, key: string): Field {
    const { properties = {}, required = [] } = this.definition(record)
    return fieldOf(key, properties[key] ?? {}, required.includes(key))
  }

  private definition(name: string): Schema {
    return this.schema.$defs?.[name] ?? {}
  }

  private named(reference = ''): Schema {
    return this.definition(reference.slice(reference.lastIndexOf('/') + 1))
  }
}

function fieldOf(key: string, told: Schema, needed: boolean): Field {
  const some = (told.anyOf ?? [told]).filter(({ type }) => type !== 'null')
  const [one = {}] = some
  return {
    key,
    kind: kindOf(key, some),
    usual: told.default ?? null,
    needed,
    choices: one.enum ?? [],
    least: one.minimum ?? one.exclusiveMinimum ?? null,
    above: one.exclusiveMinimum !== undefined,
    most: one.maximum ?? null,
  }
}

function kindOf(key: string, some: readonly Schema[]): FieldKind {
  if (INNER.includes(key)) return 'inner'
  if (some.some(({ type }) => type === 'array')) return 'names'
  if (some.length > 1) return 'value'
  return some[0]?.enum ? 'choice' : (KINDS[some[0]?.type ?? ''] ?? 'value')
}
