import { expect, test } from 'vitest'
import type { Heard } from '../src/api/channel'
import { News } from '../src/state/news.svelte'

function listening(): { news: News; heard: Heard; opened: () => number } {
  let heard: Heard = {}
  let count = 0
  const news = new News((_path, given) => {
    heard = given
    count += 1
    return { close: () => undefined }
  })
  news.start()
  news.start()
  return { news, heard, opened: () => count }
}

test('news go where they belong, and one socket is enough', () => {
  const { news, heard, opened } = listening()
  heard.text?.('{"type":"cameras","cameras":[{"number":0,"name":"hall"}]}')
  heard.text?.('{"type":"events","number":12}')
  heard.text?.('{"type":"training","training":{"number":3,"running":true}}')
  heard.text?.('{"type":"of a later version"}')
  expect(news.cameras?.[0]?.name).toBe('hall')
  expect(news.events).toBe(12)
  expect(news.training?.running).toBe(true)
  expect(opened()).toBe(1)
})

test('a return is counted when the connection was lost, not at the first opening', () => {
  const { news, heard } = listening()
  heard.state?.('open', '')
  expect(news.returns).toBe(0)
  for (const state of ['lost', 'connecting', 'lost', 'connecting', 'open'] as const) heard.state?.(state, '')
  expect(news.returns).toBe(1)
})
