import { ask as server, Refused, sentence, type Ask } from '../api/http'
import type { CheckedRules, DraftRules, RulesFile, RulesProblem } from '../records'
import type { Board } from './drawing.svelte'
import { lackOf } from './form'
import { Steps } from './steps.svelte'
import { together, type Rules } from './vocabulary'

/** Which of the two was changed last, and so is followed by the other. */
export type Side = 'form' | 'text'

interface Version {
  readonly rules: Rules
  readonly text: string
  readonly side: Side
  readonly problem: RulesProblem | null
  readonly warnings: readonly string[]
  /** The text that was whole last, whose comments are kept. */
  readonly whole: string
  /** Whether form and text say the same. */
  readonly agreed: boolean
}

const PAUSE = 250 // milliseconds after a key until the other side follows
const TOGETHER = 1000 // milliseconds in which changes of one field are one step
const EMPTY: Version = { rules: {}, text: '', side: 'text', problem: null, warnings: [], whole: '', agreed: true }

/** A rules file while somebody works on it: as form and drawings, and as text, which follow one another. */
export class Draft implements Board {
  file = $state.raw<RulesFile | null>(null)
  /** What somebody else saved meanwhile. */
  theirs = $state.raw<RulesFile | null>(null)
  saving = $state(false)
  /** Why the server did not answer. */
  away = $state('')
  readonly steps = new Steps<Version>()
  private now = $state.raw<Version>(EMPTY)
  private before: Version | null = null
  private last = { field: '', time: 0 }
  private turn = 0
  private timer: ReturnType<typeof setTimeout> | undefined
  private following: Promise<void> = Promise.resolve()

  constructor(
    private readonly asking: Ask = server,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  get rules(): Rules {
    return this.now.rules
  }

  get text(): string {
    return this.now.text
  }

  get side(): Side {
    return this.now.side
  }

  /** What is wrong with what was changed last: of the text with its line. */
  get problem(): RulesProblem | null {
    return this.now.problem
  }

  /** What of it will come to nothing here, as a rule on objects where no detector runs. */
  get warnings(): readonly string[] {
    return this.now.warnings
  }

  get agreed(): boolean {
    return this.now.agreed
  }

  /** What a rule may speak of: of this file and of the others that are followed. */
  get there(): Rules {
    return together([...(this.file?.others ?? []).map(({ rules }) => rules as Rules | null), this.now.rules])
  }

  /** Whether there is something that is not saved. */
  get changed(): boolean {
    return this.file !== null && (this.now.text !== this.file.text || !this.now.agreed)
  }

  async open(): Promise<void> {
    this.take(await this.asking<RulesFile>('GET', '/api/rules'))
  }

  /** The text was changed by hand. */
  write(text: string): void {
    this.keep('text')
    this.now = { ...this.now, text, side: 'text', agreed: false }
    this.later()
  }

  /** The form was changed; what is changed by the same field within a second is one step. */
  change(rules: Rules, field = ''): void {
    this.keep(field)
    this.put(rules)
    this.later()
  }

  begin(): void {
    if (this.before) return
    this.before = this.now
    this.forget()
  }

  put(rules: Rules): void {
    this.now = { ...this.now, rules, side: 'form', agreed: false }
  }

  end(): void {
    const { before } = this
    if (!before) return
    if (JSON.stringify(before.rules) === JSON.stringify(this.now.rules)) return this.cancel()
    this.before = null
    this.last = { field: '', time: 0 }
    this.steps.keep(before)
    this.later()
  }

  cancel(): void {
    const { before } = this
    this.before = null
    if (!before) return
    this.now = before
    if (!before.agreed) this.later()
  }

  undo(): boolean {
    return this.step(this.steps.undo(this.now))
  }

  redo(): boolean {
    return this.step(this.steps.redo(this.now))
  }

  /** What is on its way is there, and the other side has followed. */
  async settle(): Promise<void> {
    if (this.timer !== undefined) this.follow()
    await this.following
  }

  /** False where it could not be saved; `problem`, `theirs` or `away` say why. */
  async save(): Promise<boolean> {
    await this.settle()
    if (!this.file || this.problem || !this.agreed) return false
    this.saving = true
    try {
      const { text } = this.now
      const saved = await this.asking<RulesFile>('PUT', '/api/rules', { text, state: this.file.state })
      this.file = saved
      this.away = ''
      return true
    } catch (error) {
      await this.refused(error)
      return false
    } finally {
      this.saving = false
    }
  }

  /** What is here takes the place of what somebody else saved; it is not saved yet. */
  keepMine(): void {
    if (this.theirs) this.file = this.theirs
    this.theirs = null
  }

  /** What somebody else saved takes the place of what is here, which can be brought back by undo. */
  takeTheirs(): void {
    const { theirs } = this
    if (!theirs) return
    this.steps.keep(this.now)
    this.theirs = null
    this.show(theirs)
  }

  /** Back to what is saved. */
  discard(): void {
    const { file } = this
    if (!file || !this.changed) return
    this.steps.keep(this.now)
    this.show(file)
  }

  /** The file as it lies on the server is another one; who has changed nothing here follows. */
  hear(state: string): Promise<void> | undefined {
    if (!this.file || this.saving || state === this.file.state || state === this.theirs?.state) return
    return this.asking<RulesFile>('GET', '/api/rules').then((file) => {
      if (!this.changed) this.take(file)
      else if (file.state !== this.file?.state) this.theirs = file
    })
  }

  private take(file: RulesFile): void {
    this.steps.clear()
    this.show(file)
  }

  private show(file: RulesFile): void {
    this.forget()
    this.file = file
    const { text, checked } = file
    this.now = { ...told(checked, { ...this.now, text, side: 'text' }), agreed: checked.rules !== null }
  }

  private keep(field: string): void {
    const time = this.clock()
    const same = field !== '' && field === this.last.field && time - this.last.time < TOGETHER
    this.last = { field, time }
    if (!same) this.steps.keep(this.now)
  }

  private step(version: Version | undefined): boolean {
    if (!version) return false
    this.forget()
    this.last = { field: '', time: 0 }
    this.now = version
    if (!version.agreed) this.later()
    return true
  }

  /** Whatever is on its way is about what is no more. */
  private forget(): void {
    this.turn += 1
    clearTimeout(this.timer)
    this.timer = undefined
  }

  private later(): void {
    this.forget()
    this.timer = setTimeout(() => this.follow(), PAUSE)
  }

  private follow(): void {
    clearTimeout(this.timer)
    this.timer = undefined
    const turn = ++this.turn
    const asked = this.now.side === 'text' ? this.read() : this.written()
    this.following = asked.then(
      (version) => {
        if (turn === this.turn) this.now = version
        this.away = ''
      },
      (error: unknown) => {
        if (turn === this.turn) this.stay(error)
      },
    )
  }

  /** The form follows the text, where that can be read. */
  private async read(): Promise<Version> {
    const { now } = this
    return told(await this.asking<CheckedRules>('POST', '/api/rules/check', { text: now.text }), now)
  }

  /** The text follows the form, where that is whole. */
  private async written(): Promise<Version> {
    const { now } = this
    const lack = lackOf(now.rules)
    if (lack) return { ...now, problem: lack }
    const { text } = await this.asking<DraftRules>('POST', '/api/rules/written', { rules: now.rules, text: now.whole })
    const { problem, warnings } = await this.asking<CheckedRules>('POST', '/api/rules/check', { text })
    return { ...now, text, problem, warnings, whole: text, agreed: true }
  }

  private stay(error: unknown): void {
    if (error instanceof Refused && error.status >= 400 && error.status < 429) this.now = { ...this.now, problem: { words: error.message, line: null, column: null } }
    else this.away = sentence(error)
  }

  private async refused(error: unknown): Promise<void> {
    if (error instanceof Refused && error.status === 409) this.theirs = await this.asking<RulesFile>('GET', '/api/rules')
    else this.away = sentence(error)
  }
}

/** What stands there after a text was read; what cannot be read leaves the form as it was. */
function told({ rules, problem, warnings }: CheckedRules, now: Version): Version {
  if (!rules) return { ...now, problem }
  return { ...now, rules: rules as unknown as Rules, problem, warnings, whole: now.text, agreed: true }
}
