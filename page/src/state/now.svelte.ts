/** The time, each second, for what is told by how long ago it was. */
export class Now {
  time = $state(Date.now() / 1000)

  start(): () => void {
    const timer = setInterval(() => (this.time = Date.now() / 1000), 1000)
    return () => clearInterval(timer)
  }
}
