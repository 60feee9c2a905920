import { FilmJobs } from './jobs.svelte'

/** One for the whole page, so that a film is still sent while somebody looks at something else. */
export const films = new FilmJobs()
