import { expect, test } from 'vitest'
import { Refused } from '../src/api/http'
import { Session, tokenOf } from '../src/state/session.svelte'
import { server } from './server'

const state = (role: string | null) => ({ role, version: '1', passwords: false, retention_days: null, notices: [], addresses: [], fingerprint: null })

test('an editor may do what viewers may, and not what admins may', async () => {
  const session = new Session(server(() => state('editor')).ask)
  expect(session.can('viewer')).toBe(false)
  await session.read()
  expect([session.can('viewer'), session.can('editor'), session.can('admin')]).toEqual([true, true, false])
})

test('a pasted link is taken for its token', async () => {
  const { ask, asked } = server(() => state('admin'))
  await new Session(ask).enter(' http://127.0.0.1:8050/?token=abc-_9 ')
  expect(asked[0]?.sent).toEqual({ secret: 'abc-_9' })
  expect(tokenOf('a password with ?token=in it')).toBe('a password with ?token=in it')
})

test('a wrong password is told, and nobody is in', async () => {
  const session = new Session(server(() => new Refused(401, 'Wrong password.')).ask)
  await session.enter('no')
  expect(session.error).toBe('Wrong password.')
  expect(session.state).toBeNull()
  expect(session.busy).toBe(false)
})
