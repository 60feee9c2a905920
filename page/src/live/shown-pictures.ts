import type { Sent } from './device-film.svelte'

const REMEMBERED = 1000 // milliseconds of pictures to which an answer may belong
const TRAVEL = 30 // milliseconds that a picture takes to be looked at, as measured on one machine

/** Pictures that went out as a video: an answer does not say which of them it is about, so its time must. */
export class ShownPictures {
  private kept: Sent[] = []

  add(picture: Sent): void {
    this.kept.push(picture)
    while (picture.at - this.kept[0]!.at > REMEMBERED) this.kept.shift()!.bitmap.close()
  }

  /** The newest that can have been there when the work began, `ago` milliseconds before `now`; whoever takes it closes it. */
  lookedAt(now: number, ago: number): Sent | undefined {
    const place = Math.max(0, this.kept.findLastIndex(({ at }) => at <= now - ago - TRAVEL))
    const [found] = this.kept.splice(place, 1)
    for (const { bitmap } of this.kept.splice(0, place)) bitmap.close()
    return found
  }

  forget(): void {
    for (const { bitmap } of this.kept.splice(0)) bitmap.close()
  }
}
