/** The cameras of the device that the page is shown on. */

export interface DeviceCamera {
  id: string
  name: string
}

/** Throws an error whose message says what to do, or a DOMException of the browser. */
export async function openCamera(id: string | null, width: number, height: number, devices: MediaDevices | undefined = navigator.mediaDevices): Promise<MediaStream> {
  if (!devices) throw new Error('Browsers give their camera to https pages and to 127.0.0.1 alone. Open the page there, or start the server with --self_signed.')
  const which = id === null ? { facingMode: 'user' } : { deviceId: { exact: id } }
  return devices.getUserMedia({ video: { ...which, width: { ideal: width }, height: { ideal: height }, frameRate: { ideal: 30 } } })
}

/** Their names are known only once a camera was allowed. */
export async function camerasOf(devices: MediaDevices | undefined = navigator.mediaDevices): Promise<DeviceCamera[]> {
  const all = (await devices?.enumerateDevices()) ?? []
  return all.filter(({ kind, deviceId }) => kind === 'videoinput' && deviceId).map(({ deviceId, label }, place) => ({ id: deviceId, name: label || `Camera ${place + 1}` }))
}

/** The sentence to show for what a camera was not opened by. */
export function whyNot(error: unknown): string {
  const name = error instanceof DOMException ? error.name : ''
  if (name === 'NotAllowedError') return 'The camera was not allowed. Allow it in the address bar, then choose it again.'
  if (name === 'NotFoundError' || name === 'OverconstrainedError') return 'This device has no such camera.'
  if (name === 'NotReadableError') return 'Another program uses the camera. Close it there, then choose it again.'
  return error instanceof Error ? error.message : String(error)
}
