import { expect, test } from 'vitest'
import { Grid } from '../src/collection/grid'
import { Selection } from '../src/collection/selection.svelte'

const LIST = [...'abcdefghij']
const grid = new Grid(LIST.length, 400, 90, 10) // four columns

function selection(list: readonly string[] = LIST): Selection {
  const made = new Selection()
  made.show(list)
  return made
}

const drawn = (left: number, top: number, right: number, bottom: number) => grid.block({ left, top, right, bottom })

test('a click chooses one, with Ctrl it adds and takes away, with Shift all between', () => {
  const made = selection()
  made.choose(2)
  made.choose(5)
  expect(made.chosen()).toEqual(['f'])
  made.choose(7, { together: true })
  made.choose(5, { together: true })
  expect(made.chosen()).toEqual(['h'])
  made.choose(7)
  made.choose(9, { range: true })
  expect(made.chosen()).toEqual(['h', 'i', 'j'])
  made.choose(6, { range: true }) // still from where the last click was
  expect(made.chosen()).toEqual(['g', 'h'])
  made.choose(0, { together: true })
  made.choose(1, { together: true, range: true })
  expect(made.chosen()).toEqual(['a', 'b', 'g', 'h'])
})

test('the keyboard goes on without choosing, and nobody chooses what is not there', () => {
  const made = selection()
  made.choose(3)
  made.go(40)
  expect([made.focus, made.chosen()]).toEqual([9, ['d']])
  made.choose(10)
  made.choose(-1)
  expect(made.chosen()).toEqual(['d'])
  selection([]).choose(0, { range: true })
})

test('what is drawn round is chosen while it is drawn, and given up when it is drawn elsewhere', () => {
  const made = selection()
  made.choose(9)
  made.begin(true)
  made.draw(drawn(0, 0, 150, 150))
  expect([made.count, made.chosen()]).toEqual([5, ['a', 'b', 'e', 'f', 'j']])
  made.draw(drawn(0, 0, 50, 50))
  expect([made.count, made.has(0), made.has(1)]).toEqual([2, true, false])
  made.end()
  expect(made.chosen()).toEqual(['a', 'j'])
  made.begin(false)
  made.draw(drawn(0, 0, 50, 50))
  made.cancel()
  expect(made.count).toBe(0)
})

test('when the list changes, what is gone is chosen no more and the keyboard stays at its picture', () => {
  const made = selection()
  made.choose(4)
  made.choose(6, { range: true })
  made.show([...'xgfb'])
  expect([made.chosen(), made.focus]).toEqual([['g', 'f'], 1])
  made.choose(3, { range: true }) // from its beginning, which is gone: from the nearest there is
  expect(made.has(3)).toBe(true)
  made.show([])
  expect([made.count, made.focus, made.chosen()]).toEqual([0, 0, []])
})

test('a long press begins to choose by taps, until nothing is chosen', () => {
  const made = selection()
  made.touch(2)
  expect([made.byTouch, made.chosen()]).toEqual([true, ['c']])
  made.choose(3, { together: true })
  made.choose(2, { together: true })
  expect(made.byTouch).toBe(true)
  made.choose(3, { together: true })
  expect([made.byTouch, made.count]).toEqual([false, 0])
})

test('a hundred thousand are chosen at once, and given up again', () => {
  const made = selection(Array.from({ length: 100_000 }, (_, place) => `h${place}`))
  made.all()
  expect(made.count).toBe(100_000)
  made.choose(77_777, { together: true })
  expect([made.count, made.has(77_777), made.has(77_778)]).toEqual([99_999, false, true])
  made.none()
  expect(made.count).toBe(0)
})
