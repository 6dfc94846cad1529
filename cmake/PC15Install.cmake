if(NOT TARGET pc15)
  return()
endif()
