/** The document of the HTTP interface, as lines that can be read. */

interface Schema {
  $ref?: string
  type?: string
  enum?: unknown[]
  anyOf?: Schema[]
  items?: Schema
  prefixItems?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  description?: string
  default?: unknown
}
interface Content {
  [type: string]: { schema?: Schema }
}
interface Described {
  summary?: string
  description?: string
  tags?: string[]
  parameters?: { name: string; in: string; required?: boolean; schema?: Schema; description?: string }[]
  requestBody?: { content?: Content }
  responses?: Record<string, { description?: string; content?: Content }>
}
export interface Document {
  info: { title: string; version: string; description?: string }
  paths: Record<string, Record<string, Described>>
  components?: { schemas?: Record<string, Schema> }
}

export interface Parameter {
  name: string
  place: string
  type: string
  required: boolean
}
export interface Operation {
  method: string
  path: string
  summary: string
  parameters: Parameter[]
  takes: { media: string; fields: Field[] }[]
  answers: { status: string; text: string; media: string; fields: Field[] }[]
}
export interface Field {
  name: string
  type: string
}
export interface Group {
  name: string
  operations: Operation[]
}

const METHODS = ['get', 'post', 'put', 'patch', 'delete']

export function groupsOf(document: Document): Group[] {
  const groups = new Map<string, Operation[]>()
  for (const [path, methods] of Object.entries(document.paths))
    for (const method of METHODS) {
      const described = methods[method]
      if (!described) continue
      const name = described.tags?.[0] ?? 'Others'
      groups.set(name, [...(groups.get(name) ?? []), operation(document, method, path, described)])
    }
  return [...groups].map(([name, operations]) => ({ name, operations }))
}

function operation(document: Document, method: string, path: string, described: Described): Operation {
  return {
    method: method.toUpperCase(),
    path,
    summary: described.summary ?? described.description ?? '',
    parameters: (described.parameters ?? []).map((each) => ({ name: each.name, place: each.in, type: typeOf(each.schema), required: each.required ?? false })),
    takes: Object.entries(described.requestBody?.content ?? {}).map(([media, { schema }]) => ({ media, fields: fieldsOf(document, schema) })),
    answers: Object.entries(described.responses ?? {}).map(([status, { description, content }]) => {
      const [media, body] = Object.entries(content ?? {})[0] ?? ['', {}]
      return { status, text: description ?? '', media, fields: fieldsOf(document, body.schema) }
    }),
  }
}

function fieldsOf(document: Document, schema: Schema | undefined): Field[] {
  const found = schema?.$ref ? document.components?.schemas?.[nameOf(schema.$ref)] : schema
  return Object.entries(found?.properties ?? {}).map(([name, each]) => ({ name, type: typeOf(each) }))
}

export function typeOf(schema: Schema | undefined): string {
  if (!schema) return ''
  if (schema.$ref) return nameOf(schema.$ref)
  if (schema.enum) return schema.enum.map((each) => JSON.stringify(each)).join(' | ')
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' | ')
  if (schema.prefixItems) return `[${schema.prefixItems.map(typeOf).join(', ')}]`
  if (schema.type === 'array') return `${typeOf(schema.items)}[]`
  return schema.type ?? ''
}

function nameOf(ref: string): string {
  return ref.slice(ref.lastIndexOf('/') + 1)
}
