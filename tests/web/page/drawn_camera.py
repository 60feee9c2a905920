"""A camera of the browser, before which an apple or a book is drawn, never twice at the same place.

The page's own script shows a thing by setting `window.scene` to its name, or to "nothing".
"""

DRAWN_CAMERA = """
window.scene = 'nothing'
const canvas = document.createElement('canvas')
canvas.width = 640; canvas.height = 480
const pen = canvas.getContext('2d')
let tick = 0
const shade = (x, y, near, far, one, other) => {
  const made = pen.createRadialGradient(x, y, near, x, y, far)
  made.addColorStop(0, one); made.addColorStop(1, other)
  return made
}
const shadow = (x, y, wide) => {
  pen.fillStyle = 'rgba(40, 30, 20, .28)'
  pen.beginPath(); pen.ellipse(x, y, wide, wide * .22, 0, 0, 7); pen.fill()
}
const THINGS = {
  nothing: () => {},
  apple: (x, y, s) => {
    shadow(x, y + s, s)
    pen.fillStyle = shade(x - s * .35, y - s * .4, s * .1, s * 1.3, '#ff6b5e', '#8e0f1f')
    pen.beginPath(); pen.arc(x - s * .3, y, s * .78, 0, 7); pen.arc(x + s * .3, y, s * .78, 0, 7); pen.fill()
    pen.strokeStyle = '#4b3420'; pen.lineWidth = s * .1; pen.lineCap = 'round'
    pen.beginPath(); pen.moveTo(x, y - s * .6)
    pen.quadraticCurveTo(x, y - s, x + s * .2, y - s * 1.15); pen.stroke()
    pen.fillStyle = '#3f8a35'
    pen.beginPath(); pen.ellipse(x + s * .45, y - s * .95, s * .34, s * .15, -.5, 0, 7); pen.fill()
  },
  book: (x, y, s) => {
    shadow(x, y + s * 1.3, s * 1.2)
    pen.save(); pen.translate(x, y); pen.rotate(.06 * Math.sin(tick / 9))
    pen.fillStyle = '#efe8d4'; pen.fillRect(-s + 8, -s * 1.3 + 8, s * 2, s * 2.6)
    pen.fillStyle = '#1d3f8f'; pen.fillRect(-s, -s * 1.3, s * 2, s * 2.6)
    pen.fillStyle = '#16306d'; pen.fillRect(-s, -s * 1.3, s * .26, s * 2.6)
    pen.fillStyle = '#f4d58d'; pen.fillRect(-s * .5, -s * .95, s * 1.2, s * .13)
    pen.fillRect(-s * .5, -s * .68, s * .8, s * .09)
    pen.beginPath(); pen.arc(s * .1, s * .35, s * .38, 0, 7); pen.fill()
    pen.restore()
  },
}
const draw = () => {
  tick += 1
  const wall = pen.createLinearGradient(0, 0, 0, 330)
  wall.addColorStop(0, '#c9c2b4'); wall.addColorStop(1, '#b3aa99')
  pen.fillStyle = wall; pen.fillRect(0, 0, 640, 330)
  for (let board = 0; board < 5; board += 1) {
    pen.fillStyle = board % 2 ? '#a27b52' : '#96704a'; pen.fillRect(0, 330 + board * 30, 640, 30)
  }
  const x = 320 + 150 * Math.sin(tick / 5), y = 230 + 60 * Math.cos(tick / 7)
  THINGS[window.scene](x, y, 80 + 30 * Math.sin(tick / 4))
}
draw()
setInterval(draw, 66)
navigator.mediaDevices.getUserMedia = async () => canvas.captureStream(15)
"""
