/** Where in the page somebody is: `#/events?person=Ada`. */

export const PLACES = ['live', 'events', 'rules', 'people', 'identify', 'teach', 'collection', 'boxes', 'films', 'about', 'api'] as const
export type Place = (typeof PLACES)[number]

export function placeOf(hash: string): { place: Place; asked: URLSearchParams } {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?', 2)
  const place = PLACES.find((each) => each === path) ?? 'live'
  return { place, asked: new URLSearchParams(query) }
}

export class Route {
  place = $state<Place>('live')
  asked = $state.raw(new URLSearchParams())

  start(): () => void {
    const read = () => {
      const { place, asked } = placeOf(location.hash)
      this.place = place
      this.asked = asked
    }
    read()
    addEventListener('hashchange', read)
    return () => removeEventListener('hashchange', read)
  }
}
