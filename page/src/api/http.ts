import { actors } from '../words/actors.svelte'

/** What the server did not do, in its own sentence; status 0 where it did not answer at all. */
export class Refused extends Error {
  constructor(
    readonly status: number,
    sentence: string,
    readonly headers: Headers = new Headers(),
  ) {
    super(sentence)
  }
}

export type Sent = Blob | FormData | object
export type Ask = <T>(method: string, path: string, sent?: Sent, signal?: AbortSignal) => Promise<T>

const AWAY = 'The server does not answer. The page goes on by itself as soon as it does.'
const wentOut = new Set<() => void>()

/** Be told when the server says that nobody has come in. */
export function onWentOut(told: () => void): () => void {
  wentOut.add(told)
  return () => wentOut.delete(told)
}

/** The answer itself, for what is no JSON. */
export async function fetched(method: string, path: string, sent?: Sent, signal?: AbortSignal): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { method, ...packed(sent), signal: signal ?? null })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new Refused(0, AWAY)
  }
  if (response.ok) return response
  if (response.status === 401) wentOut.forEach((told) => told())
  throw new Refused(response.status, await sentenceOf(response), response.headers)
}

export const ask: Ask = async <T>(method: string, path: string, sent?: Sent, signal?: AbortSignal) =>
  (await (await fetched(method, path, sent, signal)).json()) as T

/** `path` with what it is asked by; what is null, false or empty is left out. */
export function withQuery(path: string, asked: Record<string, string | number | boolean | null | undefined>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(asked)) {
    if (value !== null && value !== undefined && value !== '' && value !== false) query.set(name, String(value))
  }
  const text = query.toString()
  return text ? `${path}?${text}` : path
}

/** The sentence to show for whatever went wrong. */
export function sentence(error: unknown): string {
  return actors.within(error instanceof Error ? error.message : String(error))
}

function packed(sent?: Sent): RequestInit {
  if (sent === undefined) return {}
  if (sent instanceof Blob || sent instanceof FormData) return { body: sent }
  return { body: JSON.stringify(sent), headers: { 'Content-Type': 'application/json' } }
}

async function sentenceOf(response: Response): Promise<string> {
  const text = await response.text()
  try {
    const said = (JSON.parse(text) as { error?: unknown }).error
    if (typeof said === 'string') return capital(said)
  } catch {
    // a proxy's page, not the server's word
  }
  return `The server answered ${response.status}.`
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
