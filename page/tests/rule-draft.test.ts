import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Refused } from '../src/api/http'
import { Draft } from '../src/rules/draft.svelte'
import type { Rules } from '../src/rules/vocabulary'
import { away, server, type Question } from './server'

const TEXT = '# ours\nquota = 30\n'
const NOTHING = { others: [], exists: true, followed: true, undoable: false }
const checked = (rules: Rules | null, problem: object | null = null) => ({ rules, problem, warnings: [] })
const file = (text = TEXT, state = 'one', rules: Rules = { quota: 30 }) => ({ name: 'rules.toml', text, state, checked: checked(rules), ...NOTHING })

/** A server whose text is `quota = N` with a word before it, and nothing else. */
function served(more: (question: Question) => unknown = () => undefined) {
  return server((question) => {
    const given = more(question)
    if (given !== undefined) return given
    if (question.path === '/api/rules') return file()
    const { text, rules } = question.sent as { text: string; rules: Rules }
    if (question.path === '/api/rules/written') return { text: text.replace(/quota = .*/, `quota = ${rules.quota}`) }
    const found = /quota = (\d+)/.exec(text)
    return found ? checked({ quota: Number(found[1]) }) : checked(null, { line: 2, column: 9, words: 'no number' })
  })
}

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

async function opened(more?: (question: Question) => unknown) {
  const { ask, asked } = served(more)
  const draft = new Draft(ask, () => Date.now())
  await draft.open()
  return { draft, asked }
}

test('the text follows the form, with its comments', async () => {
  const { draft } = await opened()
  draft.change({ quota: 7 })
  await draft.settle()
  expect(draft.text).toBe('# ours\nquota = 7\n')
  expect(draft.agreed).toBe(true)
  expect(draft.changed).toBe(true)
})

test('the form follows the text', async () => {
  const { draft } = await opened()
  draft.write('quota = 9')
  await draft.settle()
  expect(draft.rules).toEqual({ quota: 9 })
})

test('what is typed quickly is asked once', async () => {
  const { draft, asked } = await opened()
  for (const text of ['quota = 1', 'quota = 12', 'quota = 123']) draft.write(text)
  await vi.runAllTimersAsync()
  expect(asked.filter(({ path }) => path.endsWith('/check'))).toHaveLength(1)
  expect(draft.rules).toEqual({ quota: 123 })
})

test('a text that is wrong is told with its line, and the form stays as it was', async () => {
  const { draft } = await opened()
  draft.write('quota = many')
  await draft.settle()
  expect(draft.problem).toMatchObject({ line: 2, words: 'no number' })
  expect(draft.rules).toEqual({ quota: 30 })
  expect(draft.text).toBe('quota = many')
  draft.write('quota = 4')
  await draft.settle()
  expect(draft.problem).toBeNull()
  expect(draft.rules).toEqual({ quota: 4 })
})

test('the side that was changed last wins over an answer about the other', async () => {
  let answer: (given: unknown) => void = () => undefined
  let slow = true
  const { draft } = await opened(({ path }) => (path.endsWith('/check') && slow ? new Promise((resolve) => (answer = resolve)) : undefined))
  draft.write('quota = 1')
  const first = draft.settle()
  draft.change({ quota: 2 })
  slow = false
  answer(checked({ quota: 1 }))
  await first
  expect(draft.rules).toEqual({ quota: 2 })
  await draft.settle()
  expect(draft.text).toBe('# ours\nquota = 2\n') // of the text that was whole last
})

test('a form that is not whole is told, and the text stays as it was', async () => {
  const { draft, asked } = await opened()
  draft.change({ rules: [{ name: 'one', when: { is: 'not', of: { is: 'in', zone: '' } } }] })
  await draft.settle()
  expect(draft.problem?.words).toBe('one: say which zone.')
  expect(draft.text).toBe(TEXT)
  expect(await draft.save()).toBe(false)
  expect(asked).toHaveLength(1)
})

test('what no text can say is refused in the words of the server', async () => {
  const { draft } = await opened(({ path }) => (path.endsWith('/written') ? new Refused(422, 'Too large') : undefined))
  draft.change({ quota: 1e99 })
  await draft.settle()
  expect([draft.problem?.words, draft.text, draft.away]).toEqual(['Too large', TEXT, ''])
})

test('what can be read but not used is in the form, with its problem, and is not saved', async () => {
  const wrong = { line: 1, column: null, words: 'no zone bay' }
  const { draft } = await opened(({ path }) => (path.endsWith('/check') ? checked({ quota: 5 }, wrong) : undefined))
  draft.write('quota = 5')
  await draft.settle()
  expect([draft.rules, draft.problem]).toEqual([{ quota: 5 }, wrong])
  expect(await draft.save()).toBe(false)
  draft.change({ quota: 6 })
  await draft.settle()
  expect([draft.text, draft.problem]).toEqual(['quota = 6', wrong])
})

test('rules may speak of what other files name', async () => {
  const others = [{ name: 'more.toml', rules: { zones: { bay: [] } } }, { name: 'broken.toml', rules: null }]
  const { draft } = await opened(({ path }) => (path === '/api/rules' ? { ...file(), others } : undefined))
  expect(draft.there.zones).toEqual({ bay: [] })
  expect(draft.rules.zones).toBeUndefined()
})

test('steps go back on both sides at once, and what one field is given in a second is one', async () => {
  const { draft, asked } = await opened()
  draft.change({ quota: 3 }, 'quota')
  draft.change({ quota: 31 }, 'quota')
  await draft.settle()
  draft.write('quota = 5')
  await draft.settle()
  const before = asked.length
  draft.undo()
  expect([draft.text, draft.rules]).toEqual(['# ours\nquota = 31\n', { quota: 31 }])
  draft.undo()
  expect([draft.text, draft.rules]).toEqual([TEXT, { quota: 30 }])
  expect(draft.undo()).toBe(false)
  draft.redo()
  expect(draft.text).toBe('# ours\nquota = 31\n')
  await vi.runAllTimersAsync()
  expect(asked).toHaveLength(before)
})

test('a gesture is one step, and none where all is as before', async () => {
  const { draft } = await opened()
  draft.begin()
  draft.put({ quota: 8 })
  draft.put({ quota: 9 })
  draft.end()
  draft.begin()
  draft.put({ quota: 9 })
  draft.end()
  draft.begin()
  draft.put({ quota: 10 })
  draft.cancel()
  await draft.settle()
  expect(draft.text).toBe('# ours\nquota = 9\n')
  draft.undo()
  expect(draft.text).toBe(TEXT)
  expect(draft.steps.canUndo).toBe(false)
})

test('what is saved is what was typed last, by the state that it was made from', async () => {
  const { draft, asked } = await opened(({ method }) => (method === 'PUT' ? file('quota = 6', 'two', { quota: 6 }) : undefined))
  draft.write('quota = 6')
  expect(await draft.save()).toBe(true)
  expect(asked.at(-1)).toMatchObject({ method: 'PUT', path: '/api/rules', sent: { text: 'quota = 6', state: 'one' } })
  expect(draft.changed).toBe(false)
  expect(draft.file?.state).toBe('two')
})

test('what somebody else saved meanwhile is shown, and either of both can be kept', async () => {
  let theirs = false
  const answer = ({ method, path }: Question) => {
    if (method === 'PUT') return theirs ? new Refused(409, 'Changed meanwhile') : undefined
    return path === '/api/rules' && theirs ? file('quota = 77', 'theirs', { quota: 77 }) : undefined
  }
  const { draft, asked } = await opened(answer)
  theirs = true
  draft.write('quota = 6')
  expect(await draft.save()).toBe(false)
  expect(draft.theirs?.text).toBe('quota = 77')
  draft.takeTheirs()
  expect([draft.text, draft.changed]).toEqual(['quota = 77', false])
  draft.undo()
  expect([draft.text, draft.changed]).toEqual(['quota = 6', true])
  await draft.save()
  expect(asked.filter(({ method }) => method === 'PUT').at(-1)?.sent).toMatchObject({ state: 'theirs' })
  draft.keepMine()
  expect(draft.text).toBe('quota = 6')
})

test('who has changed nothing follows the file; who has is told', async () => {
  let now = file()
  const { draft } = await opened(({ path }) => (path === '/api/rules' ? now : undefined))
  now = file('quota = 40', 'two', { quota: 40 })
  await draft.hear('two')
  expect([draft.text, draft.theirs]).toEqual(['quota = 40', null])
  draft.write('quota = 1')
  await draft.settle()
  now = file('quota = 50', 'three', { quota: 50 })
  await draft.hear('three')
  expect([draft.text, draft.theirs?.state]).toEqual(['quota = 1', 'three'])
})

test('a server that is away is said, and nothing is lost', async () => {
  let gone = true
  const { draft } = await opened(({ path }) => (path.endsWith('/check') && gone ? away() : undefined))
  draft.write('quota = 2')
  await draft.settle()
  expect(draft.away).toContain('does not answer')
  expect(draft.text).toBe('quota = 2')
  gone = false
  draft.write('quota = 3')
  await draft.settle()
  expect([draft.away, draft.rules]).toEqual(['', { quota: 3 }])
})

test('a file that is wrong on the disk can be mended in the text', async () => {
  const broken = { ...file('quota = many', 'one'), checked: checked(null, { line: 1, column: null, words: 'no number' }) }
  const { draft } = await opened(({ path }) => (path === '/api/rules' ? broken : undefined))
  expect(draft.problem?.line).toBe(1)
  draft.write('quota = 3')
  await draft.settle()
  expect(draft.problem).toBeNull()
  expect(draft.rules).toEqual({ quota: 3 })
})
