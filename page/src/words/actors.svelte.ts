const SIGNED = /\b(viewer|editor|admin) ([0-9a-f]{8}|script)\b/g
const SCRIPT = 'a script' // brings the token each time, and has no session

/** Who did something, in words for people: an act is signed with a role and the code of a session. */
export class Actors {
  /** How this session's acts are signed. */
  mine = $state<string | null>(null)
  private readonly met = new Map<string, string[]>()

  /** A signature in words; whoever did not come in by the page signs with a name, which stays. */
  said(who: string): string {
    const [signed, role, code] = [...who.matchAll(SIGNED)][0] ?? []
    if (signed !== who) return who
    if (who === this.mine) return 'you'
    return code === 'script' ? SCRIPT : this.other(role!, code!)
  }

  /** Signatures in words, numbered in the order in which they come. */
  called(signed: readonly string[]): ReadonlyMap<string, string> {
    return new Map(signed.map((who) => [who, this.said(who)]))
  }

  /** A sentence with its signatures in words. */
  within(sentence: string): string {
    return sentence.replace(SIGNED, (who) => this.said(who))
  }

  /** One of several with a role bears a number, the same as long as the page is open. */
  private other(role: string, code: string): string {
    const codes = this.met.get(role) ?? []
    if (!codes.includes(code)) this.met.set(role, [...codes, code])
    const place = codes.includes(code) ? codes.indexOf(code) : codes.length
    return place ? `another ${role} (${place + 1})` : `another ${role}`
  }
}

export const actors = new Actors()
