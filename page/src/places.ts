/** The pages in the bar, in the order of their keys. */
export const PLACES = [
  { place: 'live', name: 'Live' },
  { place: 'events', name: 'Events' },
  { place: 'rules', name: 'Rules' },
  { place: 'people', name: 'People' },
  { place: 'identify', name: 'Identify' },
  { place: 'teach', name: 'Teach' },
  { place: 'collection', name: 'Collection' },
  { place: 'boxes', name: 'Boxes' },
  { place: 'films', name: 'Films' },
] as const
