// Who may draw with WebGL: browsers allow about sixteen contexts, and a software one is slower than the DOM.

/** Terminals drawn by the GPU at the same time. */
export const MAX_LEASES = 8

export interface RendererLeases {
  /** Undefined: draw with the DOM. Otherwise call the function when the context is given up. */
  acquire(): (() => void) | undefined
  /** A context was lost: the DOM renderer from now on, for everybody. */
  giveUp(): void
}

export function createRendererLeases(hasFastGpu: () => boolean): RendererLeases {
  let held = 0
  let isAllowed: boolean | undefined
  return {
    acquire() {
      isAllowed ??= hasFastGpu()
      if (!isAllowed || held >= MAX_LEASES) return undefined
      held += 1
      let isHeld = true
      return () => {
        if (isHeld) held -= 1
        isHeld = false
      }
    },
    giveUp() {
      isAllowed = false
    },
  }
}

const SOFTWARE = /swiftshader|llvmpipe|softpipe|software|basic render/i

/** False without WebGL 2, and when it is computed by the processor. WebKit masks the name; there it counts as fast. */
export function hasFastGpu(): boolean {
  const context = document.createElement('canvas').getContext('webgl2', { failIfMajorPerformanceCaveat: true })
  if (context === null) return false
  const info = context.getExtension('WEBGL_debug_renderer_info')
  const renderer = info === null ? '' : String(context.getParameter(info.UNMASKED_RENDERER_WEBGL))
  context.getExtension('WEBGL_lose_context')?.loseContext()
  return !SOFTWARE.test(renderer)
}
