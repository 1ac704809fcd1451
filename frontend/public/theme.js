// Sets the theme before the first paint; the page itself takes over as soon as it runs.
;(() => {
  let theme = 'system'
  try {
    const entry = JSON.parse(localStorage.getItem('leapmux:preferences') ?? 'null')
    if (entry && entry.e > Date.now()) theme = entry.v.theme
  } catch {
    // Unreadable preferences mean the default ones.
  }
  if (theme !== 'light' && theme !== 'dark') theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light'
  document.documentElement.dataset.theme = theme
})()
