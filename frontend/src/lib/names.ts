// Random names for new workspaces: three words in title case.

const FIRST =
  'amber bold brave bright calm clever cosmic crisp curious daring eager early fair fleet gentle glad golden happy honest humble jolly keen kind light lively lucky mellow merry mighty modest neat noble open patient plain polite proud quick quiet ready rustic sharp silent silver smooth steady still subtle sunny swift tidy true vivid warm wide wise witty young'.split(
    ' ',
  )
const SECOND =
  'alpine arctic autumn azure birch bronze cedar cherry cobalt copper coral crimson desert ember emerald fern forest garden granite harbor hazel hidden indigo island ivory jade juniper lake lemon lilac linen lunar maple marble meadow mint misty mossy north ocean olive opal orchid pearl pine polar prairie purple quartz river ruby sand sapphire scarlet sierra slate solar spring stone summer tidal valley velvet violet willow winter'.split(
    ' ',
  )
const THIRD =
  'anchor antler badger beacon bison bridge brook canyon comet compass condor cove crane crow delta dolphin eagle falcon ferry finch fjord fox gate gecko glacier grove gull hare harp hawk heron hill ibis kestrel kite lantern lark ledge lynx marten mesa moose moth newt orbit osprey otter owl path peak pebble pike pond puffin quill raven reef ridge robin rook sail seal shore signal sparrow spire stork summit swan tern thicket thrush tower trail trout vale wharf wren'.split(
    ' ',
  )

const titleCase = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** `random` answers numbers in 0…1: `Math.random`, or a known sequence in tests. */
export function randomName(random: () => number = Math.random): string {
  const pick = (words: readonly string[]): string => titleCase(words[Math.floor(random() * words.length)] ?? '')
  return [FIRST, SECOND, THIRD].map(pick).join(' ')
}
