import { readFileSync } from 'node:fs'
import type { Plugin } from 'vite'

const SHIPPED = { 'Svelte': 'svelte/LICENSE.md', 'uqr': 'uqr/LICENSE', 'Inter': '@fontsource-variable/inter/LICENSE' }

/** The licences of what is built into the page, beside it. */
export function licences(): Plugin {
  return {
    name: 'licences',
    generateBundle() {
      const parts = Object.entries(SHIPPED).map(([name, path]) => `${name}\n\n${readFileSync(`node_modules/${path}`, 'utf-8').trim()}\n`)
      this.emitFile({ type: 'asset', fileName: 'licences.txt', source: parts.join('\n----\n\n') })
    },
  }
}
