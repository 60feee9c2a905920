import { Keys } from './keys.svelte'
import { News } from './news.svelte'
import { Now } from './now.svelte'
import { Route } from './route.svelte'
import { Session } from './session.svelte'
import { Theme } from './theme.svelte'
import { Toasts } from './toasts.svelte'

/** What all of the page shares. */
export const session = new Session()
export const news = new News()
export const toasts = new Toasts()
export const route = new Route()
export const theme = new Theme()
export const now = new Now()
export const keys = new Keys()
