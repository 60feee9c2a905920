import { svelte } from '@sveltejs/vite-plugin-svelte'
import { defineConfig } from 'vitest/config'
import { licences } from './licences.ts'

// What is built lies in the Python package and is committed, so that whoever installs it needs no node.
const BROWSERS = ['chrome123', 'firefox132', 'safari17.5'] // light-dark() and requestVideoFrameCallback

export default defineConfig({
  plugins: [svelte(), licences()],
  base: './',
  build: {
    outDir: '../svod_rcgn/web/static',
    emptyOutDir: true,
    assetsInlineLimit: 0, // data: addresses are against the policy of the page
    modulePreload: { polyfill: false },
    target: BROWSERS,
  },
  test: { environment: 'node', include: ['tests/**/*.test.ts'] },
})
