// How this platform calls its main modifier.

export const isMac = (): boolean => /mac|iphone|ipad/i.test(navigator.platform)
