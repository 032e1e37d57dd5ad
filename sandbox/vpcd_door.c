/* Preloaded into a pcscd with virtual readers: a vpcd listens on every interface, so that the whole
 * network could insert cards. Here it listens on the loopback interface. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

int bind(int line, const struct sockaddr *address, socklen_t size)
{
    static int (*real)(int, const struct sockaddr *, socklen_t);
    struct sockaddr_in nearby;
    if (!real)
        *(void **)&real = dlsym(RTLD_NEXT, "bind");
    if (address->sa_family != AF_INET || size < sizeof nearby)
        return real(line, address, size);
    memcpy(&nearby, address, sizeof nearby);
    nearby.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return real(line, (const struct sockaddr *)&nearby, sizeof nearby);
}
