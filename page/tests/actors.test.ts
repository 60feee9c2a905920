import { beforeEach, expect, test } from 'vitest'
import { sentence } from '../src/api/http'
import { Session } from '../src/state/session.svelte'
import { Actors, actors } from '../src/words/actors.svelte'
import { server } from './server'

const MINE = 'editor 9d4d6265'

beforeEach(() => void (actors.mine = null))

test('what this session did was done by you, and others are told by their role', () => {
  const made = new Actors()
  made.mine = MINE
  expect([MINE, 'editor 00000001', 'admin 00000001', 'admin script', 'Ada'].map((who) => made.said(who))).toEqual(['you', 'another editor', 'another admin', 'a script', 'Ada'])
})

test('several of a role are told apart by numbers that stay', () => {
  const made = new Actors()
  expect([...made.called(['editor 0000000a', 'editor 0000000b', 'editor 0000000a']).values()]).toEqual(['another editor', 'another editor (2)'])
  expect([made.said('editor 0000000c'), made.said('editor 0000000b'), made.said('admin 0000000b')]).toEqual(['another editor (3)', 'another editor (2)', 'another admin'])
})

test('a name that looks like a role stays as it is', () => {
  const made = new Actors()
  expect(['admin of the house', 'the admin 9d4d6265', 'editor'].map((who) => made.said(who))).toEqual(['admin of the house', 'the admin 9d4d6265', 'editor'])
})

test('a refusal that names who was quicker says it in words', async () => {
  await new Session(server(() => ({ role: 'editor', version: '1', passwords: false, retention_days: null, notices: [], addresses: [], fingerprint: null, who: MINE })).ask).read()
  expect(sentence(new Error(`2 acts came first (${MINE}: tag 1 picture: cat; admin 01234567: delete 1 picture); look again`))).toBe(
    '2 acts came first (you: tag 1 picture: cat; another admin: delete 1 picture); look again',
  )
})
