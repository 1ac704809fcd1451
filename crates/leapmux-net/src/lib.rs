//! Listen and dial: TCP, unix sockets and the in-process pipe
